//go:build !js || desk

package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/words"
)

// Inputs of a card that is told on the phone: as those of a card in hand, with
// this before them, so that both can stand on one page.
const PhonePrefix = "phone-"

// FieldAgreed is ticked when the patient has agreed that a stored card is charged.
const FieldAgreed = "agreed"

// FieldVisit is the appointment that a payment is about.
const FieldVisit = "visit"

// TakeView is the page on which staff take money for a patient.
type TakeView struct {
	Patient   int               `json:"patient"`
	Statement payment.Statement `json:"statement"`
	// Visit is today's appointment, or the one that was chosen; empty: none.
	Visit string      `json:"visit,omitempty"`
	Today payment.Day `json:"today"`
	// Form is the id of the attempt that the form becomes.
	Form string `json:"form"`

	Typed Taken `json:"typed"`
	// Ways are those that can be used here, Absent says why others cannot.
	Ways    []payment.Way        `json:"ways"`
	Absent  []string             `json:"absent,omitempty"`
	Card    CardFields           `json:"card"`
	Phone   CardFields           `json:"phone"`
	Stored  []payment.StoredCard `json:"stored,omitempty"`
	Outside []payment.CardMethod `json:"outside,omitempty"`
	// Swipe says that a card reader may be used.
	Swipe bool `json:"swipe,omitempty"`

	// Locked are bills that somebody else pays, by their IDs, in words.
	Locked map[string]string `json:"locked,omitempty"`
	// Done says what was just done on the page: an amount was divided.
	Done string `json:"done,omitempty"`
	// Ask is what has to be confirmed before it is taken, with what stands in the
	// box's value.
	Ask *TakeAsk `json:"ask,omitempty"`
}

// TakeAsk is a question that a tick answers.
type TakeAsk struct {
	Text, Label, Value string
}

// Taken is what staff typed, as it may be printed back.
type Taken struct {
	payment.Taking
	Method      payment.Way `json:"method,omitempty"`
	Given       string      `json:"given,omitempty"`
	CheckNumber string      `json:"checkNumber,omitempty"`
	Outside     string      `json:"outsideMethod,omitempty"`
	Last4       string      `json:"last4,omitempty"`
	Posted      string      `json:"posted,omitempty"`
	Stored      string      `json:"stored,omitempty"`
	Email       string      `json:"email,omitempty"`
}

// DeskTakePage asks what is taken, for what and how, on one page.
type DeskTakePage struct {
	app.Compo
	View View
}

// Render prints the amounts beside how they are paid.
func (p *DeskTakePage) Render() app.UI {
	v, t, l := p.View, p.View.Take, p.View.Site.Language
	form := field.Form(v.Site.At(TakePath(t.Patient)), nil, nil,
		personField(v.Site),
		field.Hidden(FieldAttempt, t.Form),
		field.Hidden(payment.FieldSeen, payment.Seen(t.Statement)),
		app.If(t.Visit != "", field.Hidden(FieldVisit, t.Visit)),
		app.Div().Class("take").Body(
			app.Section().Class("take-what").Aria("labelledby", "what").Body(append([]app.UI{
				app.H2().ID("what").Text(l.Text("take.what"))}, p.amounts()...)...),
			app.Section().Class("take-how").Aria("labelledby", "how").Body(
				app.H2().ID("how").Text(l.Text("take.how")),
				p.total(),
				p.ways(),
				p.amount(payment.FieldPart, l.Text("take.part"), l.Text("take.part.hint"), t.Typed.Part).UI(),
				app.Range(t.Absent).Slice(func(i int) app.UI { return app.P().Class("hint").Text(t.Absent[i]) }),
				p.posted(),
				p.email(),
				p.ask(),
				scripted(field.Attr(field.Attr(app.P(), "role", "status"), "data-wiped", l.Text("take.wiped"))).Class("hint"),
				field.Attr(field.Attr(scripted(app.Button().Type("submit").ID("take")).Class("primary"), "data-say", l.Text("take.button.amount", "total", "{total}")),
					"data-busy", l.Text("take.busy")).Text(l.Text("take.button")),
				offline(l),
				app.P().Class("hint").Text(l.Text("take.once")),
			),
		),
	)
	return frame(v, app.Main(),
		field.Summary(l, v.Problems, nil),
		heading(v.heading()),
		app.P().Class("hint").Text(l.Text("take.patient", "id", t.Patient)),
		app.If(t.Done != "", field.Attr(app.P(), "role", "status").Class("box done").Text(t.Done)),
		field.Attr(field.Attr(app.Div(), "id", "swipe-problem"), "hidden", "true").Class("box warning"),
		form,
	)
}

func (p *DeskTakePage) at(name string) payment.Problem { return payment.At(p.View.Problems, name) }

// amount is one input for money.
func (p *DeskTakePage) amount(name, label, hint, value string) field.Text {
	return field.Text{Language: p.View.Site.Language, Name: name, Label: label, Hint: hint, Autocomplete: "off", InputMode: "decimal",
		Width: "w-amount", Prefix: "$", LTR: true, Value: value, Problem: p.at(name)}
}

// amounts are the inputs of what is taken, each with where its money goes.
func (p *DeskTakePage) amounts() []app.UI {
	t, l := p.View.Take, p.View.Site.Language
	var all []app.UI
	focus := len(p.View.Problems) == 0
	add := func(f field.Text) {
		f.Focus, focus = focus, false
		all = append(all, f.UI())
	}
	claims := 0
	for _, b := range t.Statement.Bills {
		switch {
		case b.Kind == payment.Unapplied:
		case !b.Payable() || !inputName(b.ID):
			all = append(all, p.held(b))
		case b.Kind == payment.Copay:
			add(p.amount(payment.FieldCopay, l.Text("take.copay", "day", b.Service), l.Text("take.copay.to", "owed", b.Owed), t.Typed.Copay))
		default:
			claims++
			add(p.amount(b.ID, lineTitle(l, b.Kind, b.Title, b.Service), l.Text("take.claim.to", "owed", b.Owed, "number", b.Number), t.Typed.Claims[b.ID]))
		}
	}
	if claims > 1 {
		add(p.amount(payment.FieldBills, l.Text("take.bills"), l.Text("take.bills.to"), t.Typed.Bills))
	}
	if why := t.Locked[payment.BillID(payment.Unapplied, payment.AccountNumber)]; why != "" {
		all = append(all, app.Div().Class("held").Body(app.P().Class("label").Text(l.Text("take.other")), app.P().Class("hint").Text(why)))
	} else {
		add(p.amount(payment.FieldOther, l.Text("take.other"), l.Text("take.other.to", "owed", p.unexplained(), "beside", claims > 0), t.Typed.Other))
	}
	if t.Visit != "" {
		add(p.amount(payment.FieldToday, l.Text("take.today", "day", t.Today), l.Text("take.today.to"), t.Typed.Today))
	}
	if len(t.Statement.Bills) == 0 {
		all = append([]app.UI{app.P().Text(l.Text("take.none"))}, all...)
	}
	if !t.Statement.Credit.IsZero() {
		all = append(all, app.P().Class("hint").Text(l.Text("take.credit", "credit", t.Statement.Credit)))
	}
	return all
}

// inputName reports whether a bill's ID can name an input, as those with the
// upstream's numbers can; a bill with another one is shown and not taken.
func inputName(id string) bool {
	_, number, found := strings.Cut(id, "-")
	return found && number != "" && strings.Trim(number, "0123456789") == ""
}

// unexplained is what of the account's balance no bill explains.
func (p *DeskTakePage) unexplained() string {
	for _, b := range p.View.Take.Statement.Bills {
		if b.Kind == payment.Unapplied && b.Payable() {
			return p.View.Site.Language.Value(b.Owed)
		}
	}
	return ""
}

// held is a bill that cannot be paid now, and why.
func (p *DeskTakePage) held(b payment.Bill) app.UI {
	l := p.View.Site.Language
	why := p.View.Take.Locked[b.ID]
	if why == "" {
		why = l.Text("take.held", "why", string(b.Hold))
	}
	return app.Div().Class("held").Body(
		app.P().Class("label").Text(staffTitle(l, b.Kind, b.Title, b.Service)+" "+billText(l, b)),
		app.P().Class("hint").Text(why))
}

// total is the sum, which the page's script keeps.
func (p *DeskTakePage) total() app.UI {
	around := p.View.Site.Language.Around("take.total", "total")
	return field.Attr(field.Attr(app.P(), "data-total", ""), "hidden", "true").Class("figure").Body(
		app.Span().Text(around.Before), app.Output().Class("money"), app.Span().Text(around.After))
}

// ways is the choice of the method, with what each needs below it.
func (p *DeskTakePage) ways() app.UI {
	t, l := p.View.Take, p.View.Site.Language
	options := make([]field.Option, len(t.Ways))
	for i, way := range t.Ways {
		options[i] = field.Option{Value: string(way), Checked: t.Typed.Method == way, Below: p.below(way),
			Label: app.Span().Body(app.Span().Text(l.Text("take.way", "way", string(way))), app.Text(" "), app.Kbd().Class("key").Text(wayKeys[way]))}
	}
	return field.Group{Language: l, Name: payment.FieldMethod, Legend: l.Text("take.method"), Options: options, Problem: p.at(payment.FieldMethod)}.UI()
}

// wayKeys are the keys of the methods, while an amount or a method has the focus.
var wayKeys = map[payment.Way]string{payment.WayCard: "D", payment.WayPhone: "P", payment.WayStored: "S", payment.WayCash: "C", payment.WayCheck: "K", payment.WayOutside: "O"}

// below is what a way to pay needs to know.
func (p *DeskTakePage) below(way payment.Way) app.UI {
	t, l := p.View.Take, p.View.Site.Language
	short := func(name string, label words.Key, hint, value string) app.UI {
		return field.Text{Language: l, Name: name, Label: l.Text(label), Hint: hint, Autocomplete: "off", InputMode: "numeric", Width: "w-short", LTR: true, Value: value, Problem: p.at(name)}.UI()
	}
	switch way {
	case payment.WayCard:
		return app.Div().Body(p.swipe(), p.card("", t.Card, false))
	case payment.WayPhone:
		return app.Div().Body(app.P().Class("hint").Text(l.Text("take.phone.hint")), p.card(PhonePrefix, t.Phone, true))
	case payment.WayStored:
		options := make([]field.Option, len(t.Stored))
		for i, c := range t.Stored {
			options[i] = field.Option{Value: c.ID, Checked: t.Typed.Stored == c.ID || t.Typed.Stored == "" && len(t.Stored) == 1,
				Label: app.Span().Text(l.Text("card.stored", "card", c, "expiry", expiryDigits(c.Expiry)))}
		}
		return app.Div().Body(
			field.Group{Language: l, Name: payment.FieldCard, Legend: l.Text("card.choose"), Options: options, Problem: p.at(payment.FieldCard)}.UI(),
			field.Group{Language: l, Name: FieldAgreed, Legend: l.Text("take.agreed.legend"), Many: true, Problem: p.at(FieldAgreed),
				Options: []field.Option{{Value: "yes", Label: app.Span().Text(l.Text("take.agreed"))}}}.UI(),
		)
	case payment.WayCash:
		given := p.amount(payment.FieldGiven, l.Text("take.given"), l.Text("take.given.hint"), t.Typed.Given)
		return app.Div().Body(given.UI(), p.notes())
	case payment.WayCheck:
		return short(payment.FieldCheckNumber, "take.check", l.Text("take.check.hint"), t.Typed.CheckNumber)
	case payment.WayOutside:
		return app.Div().Body(p.outside(), short(payment.FieldLast4, "take.last4", l.Text("take.last4.hint"), t.Typed.Last4))
	}
	return nil
}

// card are the inputs of a card. One that is told on the phone is masked: it is
// never seen on the screen, and no browser fills or keeps it.
func (p *DeskTakePage) card(prefix string, c CardFields, masked bool) app.UI {
	l := p.View.Site.Language
	text := func(name string, label words.Key, hint, token, mode, width, value string) app.UI {
		f := field.Text{Language: l, Name: prefix + name, Label: l.Text(label), Hint: hint, Autocomplete: token, InputMode: mode, Width: width,
			LTR: mode == "numeric", Value: value, Problem: p.at(prefix + name)}
		if masked {
			f.Autocomplete = "off"
			f.Masked = name == payment.FieldNumber || name == payment.FieldCode
		}
		if name == payment.FieldNumber {
			f.Under = branded(l, scripted(field.Attr(field.Attr(app.P(), "data-feedback", prefix+name), "aria-live", "polite"))).Class("hint")
		}
		return f.UI()
	}
	code := l.Text("take.code.hint")
	if masked {
		code = codeHint(l, "", c.Brands)
	}
	return app.FieldSet().Class("card").Body(
		app.Legend().Class("legend").Text(l.Text("card.details")),
		text(payment.FieldNumber, "card.number", l.Text("card.number.hint", "brands", c.Brands), "cc-number", "numeric", "w-number", ""),
		text(payment.FieldExpiry, "card.expiry", l.Text("card.expiry.hint"), "cc-exp", "numeric", "w-short", c.Typed.Expiry),
		text(payment.FieldName, "card.holder", "", "cc-name", "", "", c.Typed.Name),
		text(payment.FieldCode, "card.code", code, "cc-csc", "numeric", "w-short", ""),
		text(payment.FieldAddress, "card.address", l.Text("card.address.hint"), "billing address-line1", "", "", c.Typed.Address),
		text(payment.FieldZIP, "card.zip", "", "billing postal-code", "", "w-short", c.Typed.ZIP),
	)
}

// attributed is any element that takes attributes.
type attributed[E any] interface {
	app.UI
	Attr(name string, value any) E
}

// scripted marks an element whose text the page's script writes: the program leaves
// it alone.
func scripted[E attributed[E]](e E) E { return field.Attr(e, "data-script", "") }

// branded gives an element the names of brands, for the page's script.
func branded[E attributed[E]](l words.Language, e E) E {
	e = field.Attr(e, "data-vi", l.Value(payment.Visa))
	e = field.Attr(e, "data-mc", l.Value(payment.Mastercard))
	e = field.Attr(e, "data-ax", l.Value(payment.AmericanExpress))
	return field.Attr(e, "data-ds", l.Value(payment.Discover))
}

// swipe arms the card reader, where the practice has one. Without scripting there
// is none: a text field would show and keep what it types.
func (p *DeskTakePage) swipe() app.UI {
	t, l := p.View.Take, p.View.Site.Language
	if !t.Swipe {
		return nil
	}
	box := field.Attr(field.Attr(app.Div(), "id", "swipe"), "hidden", "true")
	for name, key := range map[string]words.Key{"ready": "take.swipe.ready", "read": "take.swipe.read", "unread": "problem.track_unread",
		"typed": "take.swipe.typed", "encrypted": "problem.track_encrypted", "over": "take.swipe.over", "chip": "take.swipe.chip", "lost": "problem.lost_paying"} {
		// What the script knows alone it puts in the place of these names.
		box = field.Attr(box, "data-"+name, l.Text(key, "brand", "{brand}", "last4", "{last4}", "expiry", "{expiry}"))
	}
	return branded(l, box).Class("swipe").Body(
		app.Button().Type("button").Class("secondary").Body(app.Span().Text(l.Text("take.swipe")), app.Text(" "), app.Kbd().Class("key").Text("W")),
		scripted(field.Attr(app.P(), "role", "status")).Class("hint"),
	)
}

// notes are buttons for the banknotes that were given, which the page's script
// adds up.
func (p *DeskTakePage) notes() app.UI {
	l := p.View.Site.Language
	buttons := []app.UI{field.Attr(app.Button().Type("button").Class("secondary"), "data-exact", "").Text(l.Text("take.exact"))}
	for _, n := range payment.Notes {
		buttons = append(buttons, field.Attr(app.Button().Type("button").Class("secondary"), "data-note", n.String()).Text(l.Value(n)))
	}
	around := l.Around("take.change", "change")
	return app.Div().Class("cash").Body(
		field.Attr(field.Attr(field.Attr(app.Div(), "role", "group"), "aria-label", l.Text("take.notes")), "hidden", "true").Class("notes").Body(buttons...),
		field.Attr(field.Attr(field.Attr(app.P(), "data-change", ""), "aria-live", "polite"), "hidden", "true").Class("figure").Body(
			app.Span().Text(around.Before), app.Output().Class("money"), app.Span().Text(around.After)),
	)
}

// outside is the choice of the practice's methods for cards elsewhere.
func (p *DeskTakePage) outside() app.UI {
	t, l := p.View.Take, p.View.Site.Language
	options := make([]app.UI, len(t.Outside))
	for i, m := range t.Outside {
		options[i] = field.If(field.Attr(app.Option(), "value", string(m.Method)), string(m.Method) == t.Typed.Outside, "selected", "true").Text(m.Name)
	}
	problem := p.at(payment.FieldOutside)
	return app.Div().Class("field").Body(
		field.Attr(app.Label(), "for", payment.FieldOutside).Class("label").Text(l.Text("take.outside")),
		app.If(problem.Text != "", field.Attr(app.P(), "id", payment.FieldOutside+"-error").Class("error").Text(problem.Text)),
		field.Attr(field.Attr(app.Select().Class("input"), "id", payment.FieldOutside), "name", payment.FieldOutside).Body(options...))
}

// posted is the day on which recorded money counts, beside the day on which it is
// entered.
func (p *DeskTakePage) posted() app.UI {
	t, l := p.View.Take, p.View.Site.Language
	value := t.Typed.Posted
	if day, err := time.Parse(time.DateOnly, string(t.Today)); err == nil && value == "" {
		value = day.Format("01/02/2006")
	}
	// Text: a date's input has four stops for the Tab key.
	return field.Text{Language: l, Name: payment.FieldPosted, Label: l.Text("take.posted"), Hint: l.Text("take.posted.hint", "today", t.Today),
		Autocomplete: "off", Width: "w-short", LTR: true, Value: value, Problem: p.at(payment.FieldPosted)}.UI()
}

// email is the address for the receipt that the practice's system mails.
func (p *DeskTakePage) email() app.UI {
	t, l := p.View.Take, p.View.Site.Language
	if !slices.ContainsFunc(t.Ways, payment.Way.Charges) {
		return nil
	}
	return field.Text{Language: l, Name: payment.FieldEmail, Label: l.Text("take.email"), Hint: l.Text("take.email.hint"), Autocomplete: "off",
		InputMode: "email", LTR: true, Value: t.Typed.Email, Problem: p.at(payment.FieldEmail)}.UI()
}

// ask is a question that has to be answered with a tick.
func (p *DeskTakePage) ask() app.UI {
	a, l := p.View.Take.Ask, p.View.Site.Language
	if a == nil {
		return nil
	}
	return app.Div().Class("box warning").Body(app.P().Text(a.Text),
		field.Group{Language: l, Name: payment.FieldRepeat, Legend: l.Text("card.repeat.legend"), Many: true, Problem: p.at(payment.FieldRepeat),
			Options: []field.Option{{Value: a.Value, Label: app.Span().Text(a.Label)}}}.UI())
}

// The paths of taking money.
const pathPatients = "/desk/patients/"

// TakePath is the page on which staff take money for a patient.
func TakePath(patient int) string { return pathPatients + strconv.Itoa(patient) + "/take" }

// TakenPath is the page of what became of it.
func TakenPath(patient int, attempt string) string {
	return pathPatients + strconv.Itoa(patient) + "/payments/" + attempt
}

// TakingQuery is a charge as the query of the page that begins with it.
func TakingQuery(c payment.Charge) url.Values {
	q := url.Values{}
	for _, l := range c.Lines {
		switch l.Kind {
		case payment.Copay:
			q.Set(payment.FieldCopay, l.Amount.String())
		case payment.Claim:
			q.Set(l.Bill, l.Amount.String())
		case payment.Unapplied:
			q.Set(payment.FieldOther, l.Amount.String())
		case payment.Today:
			q.Set(payment.FieldToday, l.Amount.String())
		}
	}
	return q
}

// ReadTaking is the taking of a query, or of a form: what held answers under the
// names of the inputs. The bills are those that can be paid.
func ReadTaking(s payment.Statement, held func(name string) string) payment.Taking {
	t := payment.Taking{Copay: held(payment.FieldCopay), Bills: held(payment.FieldBills), Other: held(payment.FieldOther),
		Today: held(payment.FieldToday), Part: held(payment.FieldPart), Claims: map[string]string{}}
	for _, b := range s.Bills {
		if b.Kind == payment.Claim {
			if typed := held(b.ID); typed != "" {
				t.Claims[b.ID] = typed
			}
		}
	}
	return t
}
