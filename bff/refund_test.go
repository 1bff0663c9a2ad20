package bff

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"paypane/bff/staff"
)

// refundOf is the address of the refund of a payment, by that of its result.
func refundOf(result string) string { return strings.Replace(result, "/payments/", "/refund/", 1) }

// A payment is refunded once, however often and by how many at once.
func TestRefundOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{vendor: "ACME"})
	path := refundOf(w.recordVendor(w.staffed("eve", staff.Biller), vended("acme-1", "claim-503", "27.25")))
	tabs := []*browser{w.staffed("eve", staff.Biller), w.staffed("max", staff.Manager), w.staffed("eve", staff.Biller)}
	for _, b := range tabs {
		b.get(path)
	}
	var all sync.WaitGroup
	for i, b := range tabs {
		for range 3 {
			one := *b
			all.Go(func() {
				a := one.post(path, url.Values{"reason": {"returned"}, "externalrefid": {"acme-r" + string(rune('a'+i))}, "vendorterminalid": {"T0042"}})
				if a.status != http.StatusSeeOther && a.status != http.StatusUnprocessableEntity {
					t.Errorf("%d %s", a.status, a.body)
				}
			})
		}
	}
	all.Wait()
	w.drain()
	if k := w.kinds(); k["VENDORREFUND"] != 1 || w.sim.Count("vendorrefund") != 1 || w.danas().Claims[2].Owed != 2725 {
		t.Errorf("book %v, asked %d times, owed %d", k, w.sim.Count("vendorrefund"), w.danas().Claims[2].Owed)
	}
}

// A refund is of a payment of the patient's own that the vendor took and that is
// done: of nothing else there is a page.
func TestRefundOfWhatIsNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{vendor: "ACME"})
	eve := w.staffed("eve", staff.Biller)
	result := w.recordVendor(eve, vended("acme-1", "claim-503", "27.25"))
	undone := eve.get(refundOf(result))
	if undone.status != http.StatusOK {
		t.Fatalf("%d %s", undone.status, undone.body)
	}
	b := w.visit(dana)
	b.post("/pay/"+b.choose(t, one("claim-502")), card())
	w.drain()
	book := w.sim.Book()
	card := book[len(book)-1].ID
	charged := must(w.ledger.ReferenceOwners(context.Background(), 195900, []string{card}))[card]
	for _, path := range []string{strings.Replace(refundOf(result), "40211", "40213", 1), "/desk/patients/40211/refund/" + card, "/desk/patients/40211/refund/x", "/desk/patients/40211/refund/" + charged} {
		if a := eve.get(path); a.status != http.StatusNotFound || charged == "" {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}
