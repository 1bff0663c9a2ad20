package bff

import (
	"strings"
	"testing"

	"paypane/bff/athena/athenatest"
)

// Lists of 2009 have the taking back of a payment as a row of its own, beside a
// purchase that stays. No page and no file says of such a payment that it was paid,
// nor of one of two that the row can be of.
func TestReceiptBesideAVoidOfItsOwn(t *testing.T) {
	t.Parallel()
	row := func(id, kind, time string) string {
		return `{"epaymentid":"` + id + `","requestdate":"06/01/2009 ` + time + `","type":"` + kind + `","amount":"20","cardtypeabbreviation":"VI","cardnumberlast4digits":"1111"}`
	}
	for name, test := range map[string]struct {
		rows  []string
		says  map[string]string // each receipt
		lists string
	}{
		"one":            {[]string{row("98", "PURCHASE", "10:00:00"), row("100", "VOID", "10:20:00")}, map[string]string{"98": "Taken back", "100": "Taken back"}, "Payment on June 1, taken back"},
		"one of two":     {[]string{row("97", "PURCHASE", "09:00:00"), row("98", "PURCHASE", "10:00:00"), row("100", "VOID", "10:20:00")}, map[string]string{"97": "does not say whether this was paid", "98": "does not say whether this was paid"}, "not known if it was paid"},
		"one before it":  {[]string{row("98", "VOID", "10:00:00"), row("100", "PURCHASE", "10:20:00")}, map[string]string{"100": "Paid. This is not a bill."}, "Payment on June 1"},
		"none, as today": {[]string{row("98", "VOIDPURCHASE", "10:00:00"), row("100", "PURCHASE", "10:20:00")}, map[string]string{"98": "Taken back", "100": "Paid. This is not a bill."}, "taken back"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, setup{})
			w.sim.Fault(athenatest.Fault{Endpoint: "receipts", Times: 1000, When: "after", Do: "body", Body: "[" + strings.Join(test.rows, ",") + "]"})
			b := w.visit(dana)
			if a := b.get("/receipts"); !strings.Contains(a.body, test.lists) {
				t.Errorf("the list lacks %q: %s", test.lists, a.body)
			}
			for id, says := range test.says {
				bodies := map[string]string{"page": b.get("/receipts/" + id).body, "pdf": pdfText(t, b.get("/receipts/"+id+"/receipt.pdf").body),
					"html": b.get("/receipts/" + id + "/receipt.html").body, "json": b.get("/receipts/" + id + "/receipt.json").body}
				for kind, body := range bodies {
					if !strings.Contains(strings.Join(strings.Fields(body), " "), says) || strings.Contains(body, "Paid. This is not a bill.") != strings.HasPrefix(says, "Paid") {
						t.Errorf("%s as %s does not say %q: %.3000s", id, kind, says, body)
					}
				}
			}
		})
	}
}
