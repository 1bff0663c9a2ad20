package proof_test

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"paypane/web"
	"paypane/web/payment"
)

// element is a part of a content page, as far as a form needs it.
type element struct {
	Kind        web.ElementKind
	Name, Value string
	Options     []struct{ Value, Money string }
	Blocks      []element
}

// in is the first input with a name; nil: there is none. A form has the name of the input
// that its offers follow from.
func in(elements []element, name string) *element {
	for i, e := range elements {
		if e.Name == name && e.Kind != web.ElementForm {
			return &elements[i]
		}
		if found := in(e.Blocks, name); found != nil {
			return found
		}
	}
	return nil
}

// filled is a form that a payer has sent: it still stands in the browser's history.
type filled struct{ path, form string }

// sign is a payer who has a plan or an agreement in mind: they choose, read and sign.
func (b *payer) sign() {
	d := b.d
	path, name := web.PathPlan, payment.FieldBill
	if d.percent(45) {
		path, name = web.PathAgree, web.FieldAgree
	}
	b.open(http.MethodGet, path, "")
	if b.page.Sheet == nil {
		return
	}
	choice := in(b.page.Sheet.Blocks, name)
	if choice == nil || len(choice.Options) == 0 {
		return
	}
	d.sleep(d.between(2*time.Second, 30*time.Second))
	form := url.Values{web.FieldPerson: {b.page.Site.Whose}}
	if path == web.PathPlan {
		var total int64
		for i, o := range choice.Options {
			if amount, err := payment.ReadAmount(o.Money); err == nil && (i == 0 || d.percent(40)) {
				form.Add(payment.FieldBill, o.Value)
				total += amount.Cents()
			}
		}
		parts := int64(1 + d.n(4))
		form.Set(payment.FieldMonthly, payment.Cents((total+parts-1)/parts).String())
		if days := in(b.page.Sheet.Blocks, payment.FieldStart); days != nil {
			form.Set(payment.FieldStart, one(d, days.Options[0], one(d, days.Options...)).Value)
		}
	} else {
		chosen := one(d, choice.Options...).Value
		form.Set(web.FieldAgree, chosen)
		form.Set(web.AgreeOption{Value: chosen}.LimitField(), payment.Cents(2_000+int64(d.n(18_000))).String())
	}
	b.open(http.MethodPost, path, form.Encode())
	if b.page.Sheet == nil {
		return
	}
	version := in(b.page.Sheet.Blocks, web.FieldVersion)
	if version == nil || !strings.HasPrefix(b.page.Path, path+"/") {
		return
	}
	d.sleep(d.between(5*time.Second, time.Minute))
	signed := filled{b.page.Path, cardForm(b.card) + "&consent=yes&" + url.Values{web.FieldVersion: {version.Value}, web.FieldPerson: {b.page.Site.Whose}}.Encode()}
	b.signed = append(b.signed, signed)
	b.s.met(signedOne)
	b.send(signed)
}

// send sends what is signed, sometimes twice, and sometimes the payer leaves.
func (b *payer) send(f filled) {
	switch roll := b.d.n(100); {
	case roll < 25:
		b.s.met(signedTwice)
		b.both(http.MethodPost, f.path, f.form)
	case roll < 35:
		b.stay(b.load(b.d, http.MethodPost, f.path, f.form, b.d.between(time.Millisecond, 4*time.Second)))
	default:
		b.open(http.MethodPost, f.path, f.form)
	}
}

// signBack goes back to something that was signed: it is signed once more, or what became
// of it is looked at.
func (b *payer) signBack() {
	f := one(b.d, b.signed...)
	if b.d.percent(50) {
		b.send(f)
		return
	}
	b.open(http.MethodGet, one(b.d, f.path, web.PathAgreements, web.PathPlan), "")
}

// seeOffers notes what a page of plans or of agreements offers to sign.
func (s *scenario) seeOffers(patient int, asked time.Time, page shown) {
	if page.Sheet == nil {
		return
	}
	now := time.Now()
	switch page.Page {
	case web.PagePlan:
		if bills := in(page.Sheet.Blocks, payment.FieldBill); bills != nil {
			for _, o := range bills.Options {
				if amount, err := payment.ReadAmount(o.Money); err == nil {
					s.offers = append(s.offers, offer{patient, o.Value, amount, asked, now})
				} else {
					s.convict("a page of plans asks for %q", o.Money)
				}
			}
		}
	case web.PageAgree:
		if choice := in(page.Sheet.Blocks, web.FieldAgree); choice != nil {
			for _, o := range choice.Options {
				s.consents = append(s.consents, offer{patient: patient, bill: o.Value, asked: asked, shown: now})
			}
		}
	}
}
