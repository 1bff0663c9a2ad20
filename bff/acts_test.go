package bff

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"paypane/bff/athena"
	"paypane/bff/athena/athenatest"
	"paypane/bff/dispatch"
	"paypane/bff/ledger"
	"paypane/web/payment"
)

var (
	lee = payment.Patient{Practice: 195900, Department: 7, ID: 40213, Appointment: 880123}
	// leePays is Lee's copay and a part of a claim.
	leePays = payment.Charge{Lines: []payment.Line{
		{Bill: "copay-880123", Kind: payment.Copay, Number: "880123", Amount: payment.Cents(2500), Balance: payment.Cents(2500)},
		{Bill: "claim-521", Kind: payment.Claim, Number: "521", Amount: payment.Cents(1000), Balance: payment.Cents(3010)},
	}}
	// leesClaim is the whole of that claim.
	leesClaim = payment.Charge{Lines: []payment.Line{
		{Bill: "claim-521", Kind: payment.Claim, Number: "521", Amount: payment.Cents(3010), Balance: payment.Cents(3010)},
	}}
	leesUse = ledger.CardUse{Brand: payment.Visa, Last4: "1111"}
)

// deed is one kind of write, carried out against the simulator.
type deed struct {
	act      payment.Kind
	endpoint string
	attempt  payment.Attempt // what it is about
	use      ledger.CardUse
	prepare  func(context.Context, *athena.Client, *payment.Card) string // what there has to be before
	do       func(ctx context.Context, c *athena.Client, card *payment.Card, made string) payment.Write
	// lost is what becomes of it when its answer is lost after it was done.
	lost payment.State
}

func deeds() []deed {
	type c = *athena.Client
	vended := payment.VendorBooking{Booking: payment.Booking{Method: "VISA", Last4: "1111", Charge: leePays}, Reference: "acme-1", Terminal: "T1"}
	return []deed{
		{act: payment.KindChargeStored, endpoint: "storedcardpayment", attempt: payment.Attempt{Charge: leePays}, use: leesUse, lost: payment.Succeeded,
			prepare: func(ctx context.Context, c c, card *payment.Card) string {
				return c.StoreCard(ctx, lee, card).Handle.StoredCard
			},
			do: func(ctx context.Context, c c, _ *payment.Card, stored string) payment.Write {
				return c.CollectStored(ctx, lee, leePays, stored, []byte("042"))
			}},
		{act: payment.KindAgreeVisit, endpoint: "singleappointment", attempt: payment.Attempt{Target: "visit-880123", Value: payment.Cents(30000)}, use: leesUse, lost: payment.Succeeded,
			do: func(ctx context.Context, c c, card *payment.Card, _ string) payment.Write {
				return c.AgreeForVisit(ctx, lee, payment.AgreementTerms{Max: payment.Cents(30000)}, card)
			}},
		{act: payment.KindAgreeYear, endpoint: "oneyear", attempt: payment.Attempt{Target: "year", Value: payment.Cents(50000)}, use: leesUse, lost: payment.Succeeded,
			do: func(ctx context.Context, c c, card *payment.Card, _ string) payment.Write {
				return c.AgreeForYear(ctx, lee, payment.AgreementTerms{Max: payment.Cents(50000)}, card)
			}},
		{act: payment.KindPlan, endpoint: "paymentplan", attempt: payment.Attempt{Charge: leesClaim, Terms: payment.Terms{Cycle: payment.Cents(1000), Start: "2026-12-01"}}, use: leesUse, lost: payment.Succeeded,
			do: func(ctx context.Context, c c, card *payment.Card, _ string) payment.Write {
				return c.CreatePlan(ctx, lee, payment.PlanTerms{Name: "ECG", Claims: []string{"521"}, Cycle: payment.Cents(1000),
					Frequency: payment.Monthly, Start: "2026-12-01"}, card, "2026-11-21")
			}},
		{act: payment.KindStoreCard, endpoint: "storedcard", attempt: payment.Attempt{Target: "card-ABCDEFGHIJKLMNOP"}, use: leesUse, lost: payment.Succeeded,
			do: func(ctx context.Context, c c, card *payment.Card, _ string) payment.Write {
				return c.StoreCard(ctx, lee, card)
			}},
		{act: payment.KindRecord, endpoint: "recordpayment", attempt: payment.Attempt{Charge: leePays, Counter: payment.Counter{Method: payment.Cash}}, lost: payment.Unknown,
			do: func(ctx context.Context, c c, _ *payment.Card, _ string) payment.Write {
				return c.RecordPayment(ctx, lee, payment.Booking{Method: payment.Cash, Charge: leePays})
			}},
		{act: payment.KindVoid, endpoint: "voidpayment", attempt: payment.Attempt{Target: "payment-61234", Value: payment.Cents(3500)}, lost: payment.Succeeded,
			prepare: func(ctx context.Context, c c, card *payment.Card) string {
				return c.Collect(ctx, lee, leePays, card).Reference
			},
			do: func(ctx context.Context, c c, _ *payment.Card, paid string) payment.Write {
				return c.VoidPayment(ctx, lee, paid)
			}},
		{act: payment.KindVendorPayment, endpoint: "vendorpayment", attempt: payment.Attempt{Charge: leePays, Counter: payment.Counter{Method: payment.Cash}}, lost: payment.Unknown,
			do: func(ctx context.Context, c c, _ *payment.Card, _ string) payment.Write {
				return c.RecordVendorPayment(ctx, lee, vended)
			}},
		{act: payment.KindRefund, endpoint: "vendorrefund", attempt: payment.Attempt{Target: "vendor-acme-1", Value: payment.Cents(3500)}, lost: payment.Unknown,
			prepare: func(ctx context.Context, c c, _ *payment.Card) string {
				return c.RecordVendorPayment(ctx, lee, vended).Handle.VendorPayment
			},
			do: func(ctx context.Context, c c, _ *payment.Card, paid string) payment.Write {
				return c.RefundVendorPayment(ctx, lee, payment.VendorRefund{Payment: paid, Method: "VISA", Reference: "acme-1-r", Terminal: "T1"})
			}},
		{act: payment.KindAdjust, endpoint: "adjustingcharges", attempt: payment.Attempt{Target: "charge-5210", Value: payment.Cents(300)}, lost: payment.Unknown,
			do: func(ctx context.Context, c c, _ *payment.Card, _ string) payment.Write {
				return c.AdjustCharges(ctx, lee, []payment.Adjustment{{Charge: "5210", Amount: payment.Cents(300)}})
			}},
	}
}

// carry makes an attempt for a deed, claims it and sends it.
func (w *world) carry(d deed, made string) (ledger.Record, error) {
	w.t.Helper()
	ctx := context.Background()
	_, asOf, err := w.ledger.Pending(ctx, lee)
	if err != nil {
		w.t.Fatal(err)
	}
	a := d.attempt
	a.ID, a.Kind = rand.Text(), d.act
	attempt, err := w.ledger.CreateAttempt(ctx, ledger.Record{Attempt: a, Patient: lee, Portal: "harbor", Subject: "eve", AsOfSeq: asOf})
	if err != nil {
		w.t.Fatal(err)
	}
	if attempt, err = w.ledger.Claim(ctx, lee, attempt.ID, d.use); err != nil {
		return attempt, err
	}
	card := testCard()
	<-w.dispatch.Submit(ctx, attempt, asked{card, func(ctx context.Context) payment.Outcome {
		return d.do(ctx, w.client(), card, made).Outcome()
	}})
	w.drain()
	attempt, err = w.ledger.AttemptForPatient(ctx, lee, attempt.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return attempt, nil
}

// asked is an operation of any kind.
type asked struct {
	card *payment.Card
	do   func(context.Context) payment.Outcome
}

func (a asked) Do(ctx context.Context, _ dispatch.Upstream, _ ledger.Record) payment.Outcome {
	return a.do(ctx)
}

func (a asked) Clear() { a.card.Clear() }

func (w *world) client() *athena.Client { return w.practice.Practice.(*athena.Client) }

func testCard() *payment.Card {
	card, problems := payment.ReadCard(payment.CardForm{Number: []byte("4111111111111111"), Expiry: []byte("12/34"), Name: []byte("Lee Young"),
		Code: []byte("042"), Address: []byte("1 Main St"), ZIP: []byte("02139")}, []payment.Brand{payment.Visa}, time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))
	if len(problems) > 0 {
		panic(problems)
	}
	return card
}

// Every kind of write that moves or books money goes through the same machine:
// done, it is taken; refused, it is not; lost, nobody knows, nothing else may be
// done to the same thing meanwhile, and the books decide it or a person does.
// It is sent once in every case.
func TestEveryAct(t *testing.T) {
	t.Parallel()
	for _, d := range deeds() {
		for _, row := range []struct {
			name  string
			fault *athenatest.Fault
			want  payment.State
		}{
			{"done", nil, payment.Succeeded},
			{"refused", &athenatest.Fault{When: "before", Do: "status", Status: 400, Body: `{"error":"No."}`, ContentType: "application/json"}, payment.NotSent},
			{"lost after", &athenatest.Fault{When: "after", Do: "cut"}, payment.Unknown},
			{"lost before", &athenatest.Fault{When: "before", Do: "cut"}, payment.Unknown},
			{"nonsense", &athenatest.Fault{When: "after", Do: "body", Body: "<html>", Status: 200}, payment.Unknown},
		} {
			t.Run(string(d.act)+"/"+row.name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, setup{delay: time.Minute})
				made := ""
				if d.prepare != nil {
					if made = d.prepare(context.Background(), w.client(), testCard()); made == "" {
						t.Fatal("not prepared")
					}
				}
				asked := w.sim.Count(d.endpoint)
				if row.fault != nil {
					f := *row.fault
					f.Endpoint = d.endpoint
					w.sim.Fault(f)
				}
				a, err := w.carry(d, made)
				if err != nil || a.State != row.want {
					t.Fatalf("%s, %v; want %s", a.State, err, row.want)
				}
				second, err := w.carry(d, made)
				var overlap *ledger.OverlapError
				if a.State == payment.Unknown && (!errors.As(err, &overlap) || overlap.Other.ID != a.ID) {
					t.Errorf("a second one while nobody knows: %s, %v", second.State, err)
				}
				if a.State != payment.Unknown {
					return
				}
				if n := w.sim.Count(d.endpoint) - asked; n != 1 {
					t.Errorf("%d requests", n)
				}
				w.later(3 * time.Minute)
				w.drain()
				a, _ = w.ledger.AttemptForPatient(context.Background(), lee, a.ID)
				want := d.lost
				if row.name == "lost before" && want == payment.Succeeded {
					want = payment.NotDone
				}
				if strings.HasPrefix(string(d.act), "agree") && want == payment.NotDone {
					want = payment.Unknown // not every agreement may make a row
				}
				if a.State != want || a.NeedsReview != (want == payment.Unknown) {
					t.Errorf("in the end %s, asked %t: %s", a.State, a.NeedsReview, a.Reason)
				}
				if n := w.sim.Count(d.endpoint) - asked; n != 1 {
					t.Errorf("%d requests in the end", n)
				}
			})
		}
	}
}
