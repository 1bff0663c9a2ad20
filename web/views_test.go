//go:build !js

package web_test

import (
	"net/url"
	"reflect"
	"time"

	"paypane/web"
	"paypane/web/paper"
	"paypane/web/payment"
)

// views are every page with the text in every place that data can reach, as
// far as the server lets it.
func views(text string) map[string]web.View {
	site := web.Site{Practice: text, Phone: text, Return: text, Hosts: text}
	owing := func(o web.Owing) web.View {
		v := o.View()
		v.Path = text
		return v
	}
	bill := payment.Bill{ID: text, Kind: payment.Claim, Number: text, Service: payment.Day(text), Title: text,
		Insurance: payment.Cents(100), Owed: payment.Cents(1200)}
	held := bill
	held.Hold = payment.HoldArranged
	attempt := payment.Attempt{ID: text, State: payment.Succeeded, PatientName: text, Brand: payment.Brand(text), Last4: text, Wishes: wishes(text),
		EmailSent: true, Reference: text, Charge: payment.Charge{Lines: []payment.Line{{Bill: text, Title: text, Amount: payment.Cents(1200)}}}}
	problem := func(field string) []payment.Problem { return []payment.Problem{{Code: text, Field: field, Text: text}} }
	fields := web.CardFields{Brands: []payment.Brand{payment.Visa, payment.Brand(text)},
		Asked: asked(), Today: time.Unix(0, 0), Typed: web.Typed{Expiry: text, Name: text, Address: text, ZIP: text, Wishes: wishes(text)}}
	all := map[string]web.View{
		"amount": owing(web.Owing{Site: site, Problems: problem("amount"),
			Statement: payment.Statement{GivenName: text, Name: text, Bills: []payment.Bill{bill, bill, held}, Credit: payment.Cents(5),
				Most: payment.Cents(100), Visit: &payment.Visit{Number: text, Day: payment.Day(text), Most: payment.Cents(100)}},
			Chosen: payment.Choice{Pay: text, Bills: []string{text}, Amount: text, Today: text}, Live: []web.Recent{{Attempt: attempt}}}),
		"nothing": owing(web.Owing{Site: site, Of: text, Statement: payment.Statement{Name: text, Credit: payment.Cents(5), Bills: []payment.Bill{held}, Most: payment.Cents(100)},
			Chosen: payment.Choice{Amount: text}, Paid: []web.Recent{{Attempt: attempt, You: true}}}),
		"more than is owed": owing(web.Owing{Site: site, Statement: payment.Statement{Bills: []payment.Bill{bill}}, Chosen: payment.Choice{Amount: text},
			Problems: []payment.Problem{{Code: "amount_surplus", Field: "amount", Text: text}}}),
		"card": {Page: web.PageCard, Site: site, Problems: problem("name"), Card: &web.CardView{Attempt: attempt, Notes: []string{text}, CardFields: fields}},
		"card with stored ones": {Page: web.PageCard, Site: site, Problems: problem("card"), Card: &web.CardView{Attempt: attempt, CardFields: fields, Save: text, Unread: true, Chosen: text,
			Stored: []payment.StoredCard{{ID: "9001", Brand: payment.Brand(text), Last4: text}}}},
		"content": {Page: web.PageCards, Site: site, Problems: problem("consent"), Nav: []web.NavLink{{Path: text, Text: text, Current: true}},
			Content: &web.Content{Heading: text, Elements: []web.Element{
				{Kind: web.ElementText, Variant: "hint", Text: text}, {Kind: web.ElementText, Variant: "strong", Text: text}, {Kind: web.ElementLink, Href: text, Text: text},
				{Kind: web.ElementLink, Href: text, Text: text, Variant: "file", Name: text}, {Kind: web.ElementFacts, Rows: [][]string{{text, text}}},
				{Kind: web.ElementTable, Text: text, Columns: []string{text, text, text}, Rows: [][]string{{text, text, text}}},
				{Kind: web.ElementTerms, Lang: "en", Elements: []web.Element{{Kind: web.ElementText, Text: text}}},
				{Kind: web.ElementSection, Name: "part", Text: text, Elements: []web.Element{{Kind: web.ElementItems, Elements: []web.Element{{Kind: web.ElementGroup, Variant: "row", Elements: []web.Element{{Kind: web.ElementBox, Elements: []web.Element{{Kind: web.ElementText, Text: text}}}}}}}}},
				{Kind: web.ElementForm, Href: text, Text: text, Value: text, Elements: []web.Element{{Kind: web.ElementHidden, Name: text, Value: text}, {Kind: web.ElementCard, Card: &fields},
					{Kind: web.ElementInput, Input: &web.Input{Name: "amount", Label: text, Hint: text, Autocomplete: "off", Mode: "decimal", Value: text}},
					{Kind: web.ElementChoice, Name: "consent", Variant: "many", Text: text, Options: []web.Option{{Value: text, Label: text, Hint: text, Money: text, Elements: []web.Element{{Kind: web.ElementText, Text: text}}}}}}},
			}}},
		"notice": {Page: web.PageCookies, Site: site, Notice: &web.NoticeView{Heading: text, Text: []string{text}, Next: text, NextText: text, Code: text, ID: text}},
	}
	for _, s := range []payment.State{payment.Sending, payment.Succeeded, payment.Declined, payment.NotSent, payment.Unknown} {
		a := attempt
		a.State = s
		all["result "+string(s)] = web.View{Page: web.PageResult, Site: site, Result: &web.ResultView{Attempt: a, When: text}}
	}
	for _, page := range []string{web.PageLaunch, web.PageSession, web.PageFinished, web.PageOther, web.PageMissing, web.PageUnavailable, web.PageError} {
		all[page] = web.View{Page: page, Site: site, Notice: &web.NoticeView{Heading: text, Text: []string{text, text}, Next: text, NextText: text, ID: text}}
	}
	for page, content := range contents(text, site, attempt, bill) {
		all[page] = web.View{Page: page, Site: site, Problems: problem("consent"), Content: &content}
	}
	item := web.ReviewItem{Attempt: attempt, When: text, Why: text}
	task := web.TaskView{ID: "x", Kind: "reverse", Name: text, Number: 7, Amount: payment.Cents(100), When: text, Posted: payment.Day(text), Method: text, Payment: text, Batch: text, Code: text,
		About: "/desk/new", Why: text, By: text, Made: text, Note: text, Typed: text}
	refund, done, ended := task, task, task
	refund.Kind, done.DoneBy, done.DoneAt, done.Back, done.TypedWhy = "refund", text, text, true, text
	ended.Kind, ended.Agreed, ended.Since, ended.Open, ended.BackBy, ended.BackAt, ended.BackWhy = "ended", "plan", payment.Day(text), payment.Cents(5), text, text, text
	byHand, ticked, early := task.Content(site.Language), done.Content(site.Language), ended.Content(site.Language)
	all[web.PageTask] = web.View{Page: web.PageTask, Site: site, Problems: problem("note"), Content: &byHand}
	all[web.PageTask+" done"] = web.View{Page: web.PageTask, Site: site, Problems: problem("why"), Content: &ticked}
	all[web.PageTask+" ended"] = web.View{Page: web.PageTask, Site: site, Problems: problem("note"), Content: &early}
	all[web.PageReviewQueue] = web.View{Page: web.PageReviewQueue, Site: site, StaffPages: web.StaffPages{ReviewQueue: &web.ReviewQueue{Items: []web.ReviewItem{item, item}, Tasks: []web.TaskView{task, refund, ended},
		Done: []web.TaskView{done}, Launched: true}}}
	all[web.PageDeskCorrect] = web.View{Page: web.PageDeskCorrect, Site: site, Problems: problem("reasontext"), StaffPages: web.StaffPages{Correct: &web.CorrectView{Attempt: attempt, Patient: 7, Method: text,
		When: text, By: text, Form: text, Two: true, Typed: web.Reasoned{Reason: text, Text: text}}}}
	all[web.PageReview] = web.View{Page: web.PageReview, Site: site, Problems: problem("why"), StaffPages: web.StaffPages{Review: &web.ReviewView{ReviewItem: item, Open: true,
		Events: []web.ReviewEvent{{When: text, Who: text, What: text, Why: text}}, Asks: text, Yes: web.ReviewChoice{Label: text, Hint: text}, No: web.ReviewChoice{Label: text, Hint: text}, Numbered: true, Said: []string{text, text}, Done: text,
		Money:    &web.Evidence{Before: &web.Stood{Owed: payment.Cents(5)}, Moved: text, Unread: true, Claims: [][]string{{text, text, text, text, text}}, History: [][]string{{text, text, text, text}}},
		Receipts: []web.ReviewReceipt{{Receipt: payment.ReceiptSummary{Reference: text, Type: text, Brand: payment.Brand(text), Last4: text}, When: text, Holder: text}},
		Typed:    web.Decision{Found: text, Reference: text, Why: text}}}}
	second := *all[web.PageReview].Review // which waits for another person
	second.Fold = text
	all["a doubt that waits"] = web.View{Page: web.PageReview, Site: site, StaffPages: web.StaffPages{Review: &second}}
	all[web.PageDeskVoid] = web.View{Page: web.PageDeskVoid, Site: site, Problems: problem("reasontext"), StaffPages: web.StaffPages{Void: &web.VoidView{Name: text, When: text, By: text,
		Until: text, Code: text, Form: text, Payment: payment.ReceiptSummary{Reference: text, Type: text, Brand: payment.Brand(text), Last4: text}, Typed: web.Reasoned{Reason: text, Text: text}}}}
	all[web.PageDeskResult] = web.View{Page: web.PageDeskResult, Site: site, StaffPages: web.StaffPages{Undone: &web.UndoneView{Attempt: attempt, Payment: text, When: text, By: text, Reason: text}}}
	tender := web.Taken{Method: payment.WayCash, Given: text, CheckNumber: text, Outside: text, Last4: text, Posted: text, Stored: text, Email: text,
		Taking: payment.Taking{Copay: text, Claims: map[string]string{text: text}, Bills: text, Other: text, Today: text, Part: text}}
	all[web.PageDeskTake] = web.View{Page: web.PageDeskTake, Site: site, Problems: problem("copay"), StaffPages: web.StaffPages{Take: &web.TakeView{Patient: 1,
		Statement: payment.Statement{Name: text, Bills: []payment.Bill{numbered(bill, "501"), numbered(bill, "502"), held}, Credit: payment.Cents(5)}, Visit: text, Today: payment.Day(text), Form: text, Typed: tender,
		Ways:   []payment.Way{payment.WayCard, payment.WayPhone, payment.WayStored, payment.WayCash, payment.WayCheck, payment.WayOutside},
		Absent: []string{text}, Card: fields, Phone: fields, Stored: []payment.StoredCard{{ID: text, Brand: payment.Brand(text), Last4: text}},
		Outside: []payment.CardMethod{{Method: payment.Method(text), Name: text}}, Swipe: true, Locked: map[string]string{text: text}, Done: text,
		Ask: &web.TakeAsk{Text: text, Label: text, Value: text}}}}
	all[web.PageDeskResult] = web.View{Page: web.PageDeskResult, Site: site, Problems: problem("email"), StaffPages: web.StaffPages{TakeResult: &web.TakeResultView{Attempt: attempt,
		Patient: 1, When: text, Method: text, Given: payment.Cents(5), Posted: payment.Day(text), By: text, Batch: text, Left: payment.Cents(5), Rest: text, Correct: text, Corrected: text, Correction: text,
		Mailable: true, Order: text, Email: text, Asked: text, Athena: text, Signed: text, Attached: true}}}
	unseen := attempt
	unseen.Kind = payment.KindRecord
	all["hidden result"] = web.View{Page: web.PageDeskResult, Site: site, Problems: problem("signed"), StaffPages: web.StaffPages{TakeResult: &web.TakeResultView{Attempt: unseen, Patient: 1, When: text,
		Method: text, By: text, Correct: text, Hidden: true}}}
	sent := attempt
	sent.Kind, sent.Method, sent.VendorReference, sent.Terminal = payment.KindVendorPayment, "VISA", text, text
	vendor := *all[web.PageDeskTake].Take
	all[web.PageDeskVendor] = web.View{Page: web.PageDeskVendor, Site: site, Problems: problem("externalrefid"), StaffPages: web.StaffPages{Vendor: &web.VendorView{TakeView: &vendor,
		Methods: []payment.CardMethod{{Method: payment.Method(text), Name: text}}, Told: web.VendorTyped{Reference: text, Method: text, Terminal: text, Deposited: text}}}}
	all[web.PageDeskRefund] = web.View{Page: web.PageDeskRefund, Site: site, Problems: problem("externalrefid"), StaffPages: web.StaffPages{Refund: &web.RefundView{Patient: 1, Paid: sent, Number: text, Reference: text, Terminal: text,
		When: text, By: text, Method: text, Today: payment.Day(text), Form: text, TwoPeople: true, Typed: web.RefundTyped{Reference: text, Terminal: text, Posted: text, Deposited: text, Reasoned: web.Reasoned{Reason: text, Text: text}}}}}
	open := payment.OpenCharge{ID: text, Procedure: text, Claim: bill, Outstanding: payment.Cents(1200)}
	all[web.PageDeskAdjust] = web.View{Page: web.PageDeskAdjust, Site: site, Problems: problem("amount"), StaffPages: web.StaffPages{Adjust: &web.AdjustView{Patient: 1, Name: text, Open: []payment.OpenCharge{open, open},
		Closed: []web.ClosedClaim{{Claim: held}, {Claim: bill, Unread: true}}, Closes: text, Form: text, Typed: web.AdjustTyped{Charge: text, Amount: text, Reasoned: web.Reasoned{Reason: text, Text: text}}}}}
	all["vendor's result"] = web.View{Page: web.PageDeskResult, Site: site, StaffPages: web.StaffPages{TakeResult: &web.TakeResultView{Attempt: sent, Patient: 1, Method: text, Number: text,
		Vendor: &web.VendorFacts{Reference: text, Terminal: text, Deposited: payment.Day(text), Number: text, Earlier: text, Refund: text}}}}
	back := sent
	back.Kind = payment.KindRefund
	all["refund"] = web.View{Page: web.PageDeskResult, Site: site, StaffPages: web.StaffPages{Undone: &web.UndoneView{Attempt: back, Payment: text, When: text, By: text, Reason: text, Form: text,
		Number: text, Reference: text, Terminal: text, Deposited: payment.Day(text), Posted: payment.Day(text), Charge: text}}}
	all[web.PageDeskDay] = web.View{Page: web.PageDeskDay, Site: site, Problems: problem("day"), StaffPages: web.StaffPages{Day: &web.DayView{Day: "2026-11-20", Search: text, Blind: true, Own: true,
		Download: web.DayAddress(web.PathDeskDay+"/list.csv", url.Values{"who": {text}}), Filters: []web.DayFilter{{Name: "who", Label: text, Options: []web.Option{{Value: text, Label: text, Checked: true}}}},
		Rows: []web.DayRow{{Time: text, Patient: text, What: text, How: text, Who: text, State: text, Code: text, Reference: text, Posted: text, Amount: payment.Cents(100), Back: true, Review: "/desk/review/x", Refund: "/desk/patients/1/refund/x"}, {Patient: text}},
		Sums: []web.DaySums{{Caption: text, Sums: []web.DaySum{{Name: text, Count: 1, Taken: payment.Cents(100)}}}}}}}
	counted := payment.Counted{Float: payment.Cents(1), Pieces: map[string]int{"note-2000": 3}, Checks: []payment.DrawerCheck{{Number: text, Amount: payment.Cents(5)}}}
	all[web.PageDeskDrawer] = web.View{Page: web.PageDeskDrawer, Site: site, Problems: problem("float"), StaffPages: web.StaffPages{Drawer: &web.DrawerView{Since: text, Open: []string{text}, Other: text,
		Again: 7, Form: text, Rows: 2, Typed: map[string]string{"float": text, "check-1": text, "paid-1": text, "note-2000": text}}}}
	all["somebody else's drawer"] = web.View{Page: web.PageDeskDrawer, Site: site, Problems: problem("reason"), StaffPages: web.StaffPages{Drawer: &web.DrawerView{Of: text, Whose: text, Since: text, Form: text, Rows: 1,
		Typed: map[string]string{"reason": text, "reasontext": text}}}}
	all["unsigned drawer"] = web.View{Page: web.PageDeskDrawer, Site: site, StaffPages: web.StaffPages{Drawer: &web.DrawerView{Since: text, Unsigned: text, Whose: text}}}
	closed := web.CloseView{Number: 7, Stands: text, Who: text, Role: text, Department: text, When: text, Since: text, Replaces: text, Counted: counted,
		Held: payment.Held{Cash: -5, Charged: []payment.Charged{{Brand: payment.Brand(text), Taken: payment.Cents(5)}}}, Off: payment.Variance{Cash: 5}, Checks: []web.CloseCheck{{Number: text, Patient: text, Marked: text}},
		Batches: []web.CloseBatch{{Batch: text, How: text}}, Open: []string{text}, Two: true, Reason: text, Text: text, Signed: text, Second: text, Ended: text, Until: text, Refusal: text, Own: true, Again: text, For: text, ForReason: text, ForText: text,
		Typed: web.Reasoned{Reason: text, Text: text}}
	all[web.PageDeskClose] = web.View{Page: web.PageDeskClose, Site: site, Problems: problem("reasontext"), StaffPages: web.StaffPages{Close: &closed}}
	waits := closed
	waits.Stands, waits.Own, waits.Approves, waits.TypedWhy, waits.ReplacedBy = "waits", false, true, text, ""
	all["close that waits"] = web.View{Page: web.PageDeskClose, Site: site, Problems: problem("why"), StaffPages: web.StaffPages{Close: &waits}}
	all[web.PageDeskCloses] = web.View{Page: web.PageDeskCloses, Site: site, Problems: problem("day"), StaffPages: web.StaffPages{Closes: &web.ClosesView{Day: "2026-11-20", Own: true, Download: "/desk/closes/list.csv",
		Open: []web.OpenDrawer{{Path: text, Who: text, Since: text, Last: text, Entries: 2}},
		Rows: []web.CloseRow{{Path: text, Time: text, Who: text, For: text, Department: text, Stands: text, Replaced: true}}}}}
	goOn, may := web.GoOnContent(site.Language, "/desk/new", [][2]string{{text, text}}, true, true), web.MayContent(site.Language, web.MayView{Role: text, Lines: []web.MayLine{{What: text}, {What: text, Ask: text}}})
	all[web.PageDeskGoOn] = web.View{Page: web.PageDeskGoOn, Site: site, Content: &goOn}
	where := web.SignInContent(site.Language, [][2]string{{text, "/desk/sign-in"}, {text, text}})
	all[web.PageDeskSignIn] = web.View{Page: web.PageDeskSignIn, Site: site, Content: &where}
	person := payment.Person{ID: 7, Given: text, Family: text, Preferred: text, Born: payment.Day(text), Town: text}
	booked := web.DeskVisit{Href: text, Next: true, BookedVisit: payment.BookedVisit{Appointment: payment.Appointment{ID: text, Day: payment.Day(text), Time: text, Title: text}, Patient: person,
		State: payment.VisitState(text), Copay: payment.VisitCopay{Told: true, Elsewhere: payment.Cents(5)}}}
	all[web.PageDeskToday] = web.View{Page: web.PageDeskToday, Site: site, StaffPages: web.StaffPages{Today: &web.DeskToday{Day: payment.Day(text), AsOf: text, All: 2, Odd: true, Launched: true,
		Visits: []web.DeskVisit{booked, booked}}}}
	all[web.PageDeskPatients] = web.View{Page: web.PageDeskPatients, Site: site, Problems: problem("q"), StaffPages: web.StaffPages{Patients: &web.DeskPatients{Typed: text, Searched: true, Odd: true,
		Found: []web.DeskFound{{Person: person, Href: text}}}}}
	all[web.PageDeskPatient] = web.View{Page: web.PageDeskPatient, Site: site, StaffPages: web.StaffPages{Patient: &web.DeskPatient{Person: person, Vendor: &web.DeskVendor{Record: text, Adjust: text,
		Payments: []web.DeskVendorPayment{{Attempt: sent, Reference: text, When: text, Result: text, Refund: text}, {Attempt: sent, Reference: text, When: text, Result: text, Back: payment.Unknown}}}, Visit: &booked, Today: true, Take: text, Done: text, Wrong: text,
		Statement: &payment.Statement{Name: text, Bills: []payment.Bill{bill, held}, Credit: payment.Cents(5)}, Live: []web.DeskLive{{Attempt: attempt, When: text}},
		Receipts: []web.DeskReceipt{{When: text, ReceiptSummary: payment.ReceiptSummary{Reference: text, Type: text, Amount: payment.Cents(5), Brand: payment.Brand(text), Last4: text}}}}}}
	claim := payment.ClaimRecord{Number: text, Service: payment.Day(text), Title: text, Status: text, Billed: payment.Cents(5), OwedKnown: true}
	all[web.PageDeskAccount] = web.View{Page: web.PageDeskAccount, Site: site, StaffPages: web.StaffPages{Account: &web.AccountView{Person: person, AsOf: text, Months: 12,
		Outstanding: web.AccountClaims{Claims: []payment.ClaimRecord{claim, {Number: text}}, Odd: true, Left: 3}, Closed: web.AccountClaims{Claims: []payment.ClaimRecord{claim}},
		Paid: web.AccountPayments{From: payment.Day(text), Until: payment.Day(text), Left: 2, Odd: true, Hides: true, Payments: []web.AccountPayment{
			{PastPayment: payment.PastPayment{ID: text, Payment: text, Date: payment.Day(text), Method: text}, Code: text, Page: text},
			{PastPayment: payment.PastPayment{Method: text}, Code: text, Hidden: true}}}}}}
	all[web.PageDeskMay] = web.View{Page: web.PageDeskMay, Site: site, Content: &may}
	approval := web.ApprovalView{Attempt: attempt, Asked: text, Why: text, Until: text, Second: text, Refusal: text, Stands: web.ApprovalAsked, Typed: text}
	one, list := approval.Content(site.Language), web.ApprovalsContent(site.Language, []web.ApprovalView{approval})
	all[web.PageApproval] = web.View{Page: web.PageApproval, Site: site, Content: &one, Problems: problem("why")}
	approval.Doubt, approval.Found = text, text
	found := approval.Content(site.Language)
	all[web.PageApproval+" of a doubt"] = web.View{Page: web.PageApproval, Site: site, Content: &found, Problems: problem("why")}
	all[web.PageApprovals] = web.View{Page: web.PageApprovals, Site: site, Content: &list}
	all[web.PageDeskCovered] = web.View{Page: web.PageDeskCovered, Site: site, Notice: &web.NoticeView{Heading: text, Text: []string{text}, Next: text, NextText: text}}
	// What stands around a page at the desk is data, too.
	for _, page := range web.Pages {
		if v, ok := all[page.Name]; ok && page.For == web.ForStaff {
			v.Desk = &web.DeskShell{Name: text, Role: text, Department: text, Places: []web.Option{{Value: text, Label: text, Checked: true}, {Value: text, Label: text}},
				Nav: []web.DeskLink{{NavLink: web.NavLink{Path: "/desk/new", Text: text, Current: true}, Badge: 3, Key: "n"}}, Cover: 180, Kept: true}
			all[page.Name] = v
		}
	}
	return all
}

// numbered is a bill with a number of the upstream's.
func numbered(b payment.Bill, number string) payment.Bill {
	b.ID, b.Number = payment.BillID(b.Kind, number), number
	return b
}

// contents are the pages that are content, composed from data with the text in
// every place that the upstream, the portal or the payer fills.
func contents(text string, site web.Site, attempt payment.Attempt, bill payment.Bill) map[string]web.Content {
	l, day := site.Language, payment.Day("2026-12-01")
	agreement := payment.Agreement{Kind: payment.AgreementYear, ID: text, Payment: text, Max: payment.Cents(100), Status: text, Brand: payment.Brand(text), Last4: text, Email: text}
	plan := payment.Plan{ID: text, Name: text, Cycle: payment.Cents(100), Status: text, Claims: []string{text}, Brand: payment.Brand(text), Last4: text}
	visit := payment.Appointment{ID: "1", Day: day, Title: text}
	receipt := payment.Receipt{Practice: payment.Letterhead{Name: text, Address: []string{text}, Phone: text, NPI: text, TaxID: text}, Patient: text, Payer: text,
		Reference: text, Type: text, Amount: payment.Cents(100), Brand: payment.Brand(text), Last4: text, AsOf: day,
		Lines: []payment.ReceiptLine{{Bill: text, Kind: payment.Claim, Service: day, Description: text, Code: text, Provider: text, Paid: payment.Cents(100)}}}
	return map[string]web.Content{
		web.PageCards: web.CardsContent(web.CardsView{Site: site, Cards: []payment.StoredCard{{ID: text, Brand: payment.Brand(text), Last4: text}}, See: true, Add: true,
			Flash: text, Odd: true, Phone: text}),
		web.PageAgreements: web.AgreementsContent(web.AgreementsView{Site: site, Agreements: []payment.Agreement{agreement}, Bills: []payment.Bill{bill}, Plans: []payment.Plan{plan},
			Appointments: []payment.Appointment{visit}, Signed: []payment.Attempt{attempt}, Today: day, New: true, Odd: true, OddPlan: true, Phone: text}),
		web.PageAgree: web.AgreeView{Site: site, Appointments: []payment.Appointment{visit}, Visit: payment.Cents(100), Year: payment.Cents(100), Made: []payment.Agreement{agreement},
			Today: day, Chosen: text, Typed: map[string]string{"year": text}}.Content(),
		web.PagePlan: web.PlansContent(web.PlansView{Site: site, Plans: []web.PlanProgress{{Plan: plan, Bills: []payment.Bill{bill}}}, Live: []payment.Attempt{attempt},
			Bills: []payment.Bill{bill}, Minimum: payment.Cents(100), Days: []payment.Day{day}, Chosen: payment.PlanChoice{Bills: []string{text}, Monthly: text}, Odd: true, Phone: text}),
		web.PageReceipts: web.ReceiptsContent(l, web.ReceiptsView{Live: []payment.Attempt{attempt}, Odd: true, Phone: text, List: []web.ReceiptRow{
			{ReceiptSummary: payment.ReceiptSummary{Reference: text, Type: text, Amount: payment.Cents(100), Brand: payment.Brand(text), Last4: text}, Late: true}}}),
		web.PageReceipt: web.ReceiptView{Receipt: receipt, Document: paper.Receipt(l, receipt), Site: site, Order: text, Email: text, Asked: text,
			Signed: &web.SignedText{Consent: payment.Consent{Text: text, Version: text, Subject: text}, Card: text}}.Content(),
		web.PagePeople: web.PeopleContent(l, web.PeopleView{Back: text, List: []web.PersonShown{{Name: text, Payments: []payment.Attempt{attempt}}, {Name: text}}}),
	}
}

// wishes are all wishes, each a text.
func wishes(text string) (w payment.Wishes) {
	v := reflect.ValueOf(&w).Elem()
	for i := range v.NumField() {
		v.Field(i).SetString(text)
	}
	return w
}

// asked asks for every wish.
func asked() (all payment.Asked) {
	v := reflect.ValueOf(&all).Elem()
	for i := range v.NumField() {
		v.Field(i).SetBool(true)
	}
	return all
}
