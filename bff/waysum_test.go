package bff

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/shopspring/decimal"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

var payButton = regexp.MustCompile(`>Pay (\$[0-9.,]+)<`)

// Whatever is owed, and however it is paid: the amount on the button is what is
// sent, to the cent and in one way, what the book has, once, though the button is
// pressed twice, and what the receipt says.
func TestTheButtonIsTheBook(t *testing.T) {
	t.Parallel()
	number := 0
	for _, copay := range []int64{0, 2516} {
		for _, owed := range [][]int64{nil, {16, 12001}, {10050, 99, 7}} {
			for _, unbilled := range []int64{0, 5050} {
				for _, claims := range []bool{true, false} {
					number++
					p := athenatest.Patient{ID: 42000 + number, Given: "Kit", Family: "Moss", Department: 7, Copay: copay, Unbilled: unbilled}
					due := copay + max(0, unbilled-copay) // a copay may be part of it
					if copay > 0 {
						p.Appointment = 882000 + number
					}
					for i, cents := range owed {
						due += cents
						p.Claims = append(p.Claims, athenatest.Claim{ID: 700 + i, Service: w0().AddDate(0, -i, 0), Description: "VISIT", Billed: 30000, Owed: cents})
					}
					w := newWorld(t, setup{patients: []athenatest.Patient{p}})
					w.portals.ByID("harbor").ClaimPayment = &claims
					form := everything
					switch {
					case due == 0, number%5 == 0:
						form = other(payment.Cents(due + 1234).String())
						form.Set("surplus", form.Get("amount"))
					case number%3 == 0 && due > 200:
						form = other(payment.Cents(due - 101).String())
					}
					name := fmt.Sprintf("copay %d, claims %v, besides %d, claimpayment %t, %v", copay, owed, unbilled, claims, form)
					buttonIsBook(t, w, p, form, name)
				}
			}
		}
	}
}

func buttonIsBook(t *testing.T, w *world, p athenatest.Patient, form url.Values, name string) {
	t.Helper()
	b := w.visitAt(p.ID, p.Appointment)
	id := b.choose(t, form)
	shown := payButton.FindStringSubmatch(b.get("/pay/" + id).body)
	if shown == nil {
		t.Errorf("%s: no button", name)
		return
	}
	var twice sync.WaitGroup
	for range 2 {
		tab := *b
		twice.Go(func() { tab.post("/pay/"+id, card()) })
	}
	twice.Wait()
	w.drain()
	book := w.sim.Book()
	if len(book) != 1 || payment.Cents(book[0].Amount).Display() != shown[1] {
		t.Errorf("%s: %s on the button, book %+v", name, shown[1], book)
		return
	}
	sent := w.sentFor()
	if len(sent) != 1 {
		t.Errorf("%s: sent %q", name, sent)
		return
	}
	fields, _ := url.ParseQuery(sent[0])
	sum := decimal.Zero
	for _, amount := range regexp.MustCompile(`\d+\.\d\d`).FindAllString(fields.Get("copayamount")+" "+fields.Get("otheramount")+" "+fields.Get("claimpayment"), -1) {
		sum = sum.Add(decimal.RequireFromString(amount))
	}
	if !sum.Equal(decimal.New(book[0].Amount, -2)) || fields.Has("claimpayment") && fields.Has("otheramount") {
		t.Errorf("%s: %s on the button, sent %q", name, shown[1], sent)
	}
	if a := b.get("/payments/" + id); a.outcome() != "taken" || !a.says("You paid "+shown[1]) {
		t.Errorf("%s: %q", name, a.outcome())
	}
	if a := b.get("/receipts/" + book[0].ID); a.status != http.StatusOK || !strings.Contains(a.body, shown[1]) {
		t.Errorf("%s: the receipt: %d %s", name, a.status, a.body)
	}
}
