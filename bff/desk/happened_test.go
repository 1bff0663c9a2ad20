package desk

import (
	"regexp"
	"strings"
	"testing"

	"paypane/bff/ledger"
	"paypane/web/payment"
	"paypane/web/words"
)

// Whatever the record says of an attempt, staff read sentences: no word of the record,
// no field's name and no state, in any event and for any kind.
func TestHappenedIsSentences(t *testing.T) {
	l := words.Language{}
	raw := regexp.MustCompile(`[a-z]=|https?:|\b(sending|claimed|settled|unknown|not_sent|absent|proposed|reconciler|http \d)\b`)
	evidence := map[string][]string{
		ledger.EventSending:   {"before=", "before=61200"},
		ledger.EventSettled:   {"before: owed 120.00, held 0.00. no answer: connection closed", `http 200 status="Unknown"`, "payment 61299. http 200", "a counter-entry of ours: nothing was sent"},
		ledger.EventChecked:   {"look 3: 5 receipts, highest 61200"},
		ledger.EventProposed:  {"taken as payment 61299 (Kim Bea): the bank's letter", "absent: the bank's letter", "Kim Bea: the bank's letter"},
		ledger.EventDecided:   {"payment 61299. taken: the bank's letter", "absent: the bank's letter", "approved: Kim Cy: ", "refused: Kim Cy: the bank's letter"},
		ledger.EventEscalated: {"No receipt shows it."},
	}
	kinds := []payment.Kind{payment.KindCharge, payment.KindChargeStored, payment.KindAgreeVisit, payment.KindAgreeYear, payment.KindPlan, payment.KindStoreCard, payment.KindRecord, payment.KindVoid,
		payment.KindVendorPayment, payment.KindRefund, payment.KindAdjust}
	for _, what := range []string{ledger.EventCreated, ledger.EventClaimed, ledger.EventSending, ledger.EventSettled, ledger.EventRecovered, ledger.EventChecked, ledger.EventUnread, ledger.EventCheckAgain,
		ledger.EventFound, ledger.EventNotDone, ledger.EventEscalated, ledger.EventProposed, ledger.EventDecided, ledger.EventSeen, ledger.EventMailing, ledger.EventEmailed, ledger.EventEmailFailed, ledger.EventRestored} {
		for _, said := range append(evidence[what], "") {
			for _, state := range []payment.State{payment.Created, payment.Claimed, payment.Sending, payment.Succeeded, payment.Declined, payment.NotSent, payment.NotDone, payment.Unknown} {
				for _, kind := range kinds {
					lines, _ := happened(l, ledger.Record{Attempt: payment.Attempt{Kind: kind}}, []ledger.Event{{What: what, State: state, Evidence: said}})
					text := lines[0].What + " " + lines[0].Why
					if !strings.HasSuffix(lines[0].What, ".") || lines[0].What == l.Text("happened.other") || raw.MatchString(text) {
						t.Fatalf("%s of %s, %s with %q: %q", what, kind, state, said, text)
					}
				}
			}
		}
	}
}

// Looks that told nothing are one line, with how many they were; a look that could not
// read is another. What people said stands without their names, which stand beside it.
func TestHappenedCountsLooks(t *testing.T) {
	l := words.Language{}
	events := []ledger.Event{{Seq: 1, What: ledger.EventChecked}, {Seq: 2, What: ledger.EventChecked}, {Seq: 3, What: ledger.EventChecked}, {Seq: 4, What: ledger.EventUnread}, {Seq: 5, What: ledger.EventChecked},
		{Seq: 6, What: ledger.EventProposed, Evidence: "taken as payment 61299 (Kim Bea): the bank's letter"}, {Seq: 7, What: ledger.EventDecided, Evidence: "refused: Kim Cy: the batch has none"},
		{Seq: 8, What: ledger.EventDecided, State: payment.Succeeded, Evidence: "payment 61299. taken: seen: in the batch"}}
	for i := range events[:7] {
		events[i].State = payment.Unknown
	}
	lines, of := happened(l, ledger.Record{}, events)
	got := []string{}
	for _, line := range lines {
		got = append(got, strings.TrimSpace(line.What+" "+line.Why))
	}
	want := []string{"Looked in athenaOne 3 times: it did not say yet.", "athenaOne could not be read.", "Looked in athenaOne: it did not say yet.",
		"Said that the money was taken, as payment 61299. It counts once a second person says the same. the bank's letter", "Did not find the same. the batch has none",
		"Decided that the money was taken, as payment 61299. seen: in the batch"}
	if strings.Join(got, "|") != strings.Join(want, "|") || of[0].Seq != 3 {
		t.Errorf("%q, the first of event %d", got, of[0].Seq)
	}
}
