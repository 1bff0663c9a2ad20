package bff

import (
	"crypto/rand"
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"paypane/bff/ledger"
	"paypane/bff/staff"
	"paypane/web/payment"
)

// took is an attempt of somebody at the desk that was done.
func (w *world) took(by, name string, cents int64, a payment.Attempt, use ledger.CardUse) ledger.Record {
	w.t.Helper()
	ctx := w.t.Context()
	a.ID = rand.Text()
	if a.Kind.PaysBills() && len(a.Charge.Lines) == 0 {
		number := a.ID[:8]
		a.Charge = payment.Charge{Lines: []payment.Line{{Bill: "claim-" + number, Kind: payment.Claim, Number: number, Amount: payment.Cents(cents), Balance: payment.Cents(cents)}}}
	} else if !a.Kind.PaysBills() {
		a.Value = payment.Cents(cents)
	}
	p := payment.Patient{Practice: 195900, Department: 1, ID: dana}
	made := must(w.ledger.CreateAttempt(ctx, ledger.Record{Attempt: a, Patient: p, Portal: "desk", Subject: by, Staff: ledger.Staff{Name: name, Role: "front_desk"}, AsOfSeq: 1}))
	must(w.ledger.Claim(ctx, p, made.ID, use))
	must(w.ledger.MarkSending(ctx, made.ID, "0"))
	return must(w.ledger.Settle(ctx, made.ID, payment.Outcome{State: payment.Succeeded, Batch: "318", Reference: a.Reference}))
}

// The day list has what was done here that day, narrowed as its address says, with
// sums; whoever counts a drawer sees no sum of cash. As a file it is inert, and is
// one's own rows without the right to more.
func TestDayList(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	ana, cy := w.staffed("ana", staff.FrontDesk), w.staffed("cy", staff.Manager)
	own := must(w.store.OfDesk(ana.request("/desk/day")))
	cash := payment.Attempt{Kind: payment.KindRecord, PatientName: "=HYPERLINK(1)", Counter: payment.Counter{Method: payment.Cash, Posted: "2026-01-02"}}
	check := payment.Attempt{Kind: payment.KindRecord, PatientName: "Dana Sample", Counter: payment.Counter{Method: payment.Check, CheckNumber: "1044"}}
	first := w.took(own.Subject, "Kim ANA", 2000, cash, ledger.CardUse{})
	check.Reference = "700318"
	w.took("bo", "Bo Biller", 3511, check, ledger.CardUse{})
	w.took("bo", "Bo Biller", 4444, payment.Attempt{Kind: payment.KindCharge, PatientName: "Dana Sample"}, ledger.CardUse{Brand: payment.Visa, Last4: "4242"})
	w.took("bo", "Bo Biller", 1212, payment.Attempt{Kind: payment.KindVoid, PatientName: "Dana Sample", Target: "payment-77"}, ledger.CardUse{})
	a := cy.get("/desk/day")
	for _, says := range []string{"Kim ANA", "Bo Biller", "Check 1044", "Visa 4242", "$12.12 back", "counts for 2026-01-02", "batch 318", "Payments made in athenaOne itself are not in it", first.SupportCode(), "4 entries", ">$20.00<"} {
		if a.status != http.StatusOK || !a.says(says) && !strings.Contains(a.body, says) {
			t.Errorf("the manager's day, without %q: %d", says, a.status)
		}
	}
	if a.page() != "desk-day" || a.says("Cash is not added up here") {
		t.Errorf("the manager's day: %s", a.page())
	}
	blind := ana.get("/desk/day")
	_, sums, _ := strings.Cut(blind.body, `class="sums"`)
	sums, _, _ = strings.Cut(sums, "</main>")
	if !blind.says("Cash is not added up here") || strings.Contains(sums, "Cash") || strings.Contains(sums, "$20.00") || strings.Contains(sums, "Kim ANA") || !strings.Contains(sums, "$35.11") {
		t.Errorf("the clerk's sums: %s", sums)
	}
	for query, want := range map[string][]string{
		"who=desk%2Fbo": {"2 entries"}, "who=elsewhere": {"1 entry", "Taken elsewhere, taken back by Bo Biller"}, "method=CASH": {"1 entry"}, "brand=VI": {"1 entry", "Visa 4242"}, "kind=void": {"1 entry", "Void, refund or adjustment"}, "state=Done": {"4 entries"},
		"q=1044": {"1 entry", "Check 1044"}, "q=4242": {"1 entry"}, "q=" + first.SupportCode(): {"1 entry"}, "q=700318": {"1 entry", "Check 1044"}, "q=70031": {"nothing that fits"},
		"q=" + url.QueryEscape("700318 · 7QQQ-7QQQ"): {"1 entry", "Check 1044"}, "q=" + url.QueryEscape("99 · "+first.SupportCode()): {"1 entry"}, "q=9999": {"nothing that fits"}, "day=2020-01-01": {"nothing that fits"},
		"q=4111111111111111": {"4 entries"},
	} {
		a := cy.get("/desk/day?" + query)
		for _, says := range want {
			if a.status != http.StatusOK || !a.says(says) {
				t.Errorf("%s without %q: %d", query, says, a.status)
			}
		}
		if strings.Contains(a.body, "4111111111111111") {
			t.Errorf("%s prints it back", query)
		}
	}
	if a := cy.get("/desk/day?day=yesterday"); a.status != http.StatusUnprocessableEntity || !a.says("Enter a day as year, month and day") {
		t.Errorf("a day that is none: %d", a.status)
	}

	file := cy.get("/desk/day/list.csv")
	rows, err := csv.NewReader(strings.NewReader(file.body)).ReadAll()
	if err != nil || len(rows) != 5 || file.header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Fatalf("the file: %v, %d rows of %s", err, len(rows), file.body)
	}
	amount, patient, counts := slices.Index(rows[0], "amount"), slices.Index(rows[0], "patient"), slices.Index(rows[0], "counts_for")
	if rows[1][amount] != "-12.12" || rows[4][amount] != "20.00" || rows[4][patient] != "'=HYPERLINK(1)" || rows[4][counts] != "2026-01-02" || rows[4][1] != "US/Eastern" {
		t.Errorf("the file has %q", rows)
	}
	mine := must(csv.NewReader(strings.NewReader(ana.get("/desk/day/list.csv").body)).ReadAll())
	if len(mine) != 2 || mine[1][amount] != "" {
		t.Errorf("the clerk's own rows: %q", mine)
	}
	acts := must(w.ledger.Ledger.(*ledger.Ledger).DeskActs(t.Context(), ledger.ActQuery{Practice: 195900, What: "export"}))
	if len(acts) != 2 || acts[0].Desk.Role != "front_desk" || !strings.Contains(acts[1].Evidence, "attempts=4") {
		t.Errorf("written down: %+v", acts)
	}
}

// A correction is counted for who recorded, whoever corrects: in the list of the day as
// in the drawers. The list names both.
func TestCorrectionIsCountedForWhoRecorded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	ana, bea, cy := w.staffed("ana", staff.FrontDesk), w.staffed("bea", staff.Biller), w.staffed("cy", staff.Manager)
	taken := ana.pays(t, dana, "20.00", "method", "cash", "given", "20")
	w.drain()
	path := "/desk/patients/40211/correct/" + taken.to()[strings.LastIndex(taken.to(), "/")+1:]
	if a := bea.post(path, url.Values{"attempt": {bea.get(path).hiddenValue(t, "attempt")}, "reason": {"amount"}}); a.status != http.StatusSeeOther || !strings.Contains(a.to(), "/undone/") {
		t.Fatalf("corrected: %d to %q, %s", a.status, a.to(), a.body)
	}
	day := cy.get("/desk/day")
	_, sums, _ := strings.Cut(day.body, `class="sums"`)
	sums, _, _ = strings.Cut(sums, "</main>")
	if !day.says("Kim ANA, taken back by Kim BEA") || !strings.Contains(sums, "Kim ANA") || strings.Contains(sums, "Kim BEA") {
		t.Errorf("the day: %s", day.body)
	}
	for who, b := range map[string]*browser{"desk/ana": ana, "desk/bea": bea} {
		form := b.counting(t, 0)
		closed := must(w.ledger.DrawerClose(t.Context(), 195900, numberOf(t, b.post("/desk/drawer", form))))
		if in := map[string]int{"desk/ana": 2}[who]; len(closed.In) != in || closed.Held.Cash != 0 {
			t.Errorf("the drawer of %s: %+v", who, closed)
		}
	}
	rows := must(csv.NewReader(strings.NewReader(cy.get("/desk/day/list.csv").body)).ReadAll())
	by, forWhom := slices.Index(rows[0], "who"), slices.Index(rows[0], "counted_for")
	if len(rows) != 3 || rows[1][by] == rows[2][by] || rows[1][forWhom] != rows[2][forWhom] || rows[1][forWhom] != rows[2][by] {
		t.Errorf("the file: %q", rows)
	}
	if mine := must(csv.NewReader(strings.NewReader(ana.get("/desk/day/list.csv").body)).ReadAll()); len(mine) != 3 {
		t.Errorf("the clerk's own rows: %q", mine)
	}
}
