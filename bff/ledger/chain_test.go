package ledger

import (
	"encoding/hex"
	"testing"
	"time"

	"paypane/web/payment"
)

// Records that were written and checkpoints that were handed out must verify
// for years: what a hash is made of stays as it is.
func TestHashesStayAsTheyAre(t *testing.T) {
	at := time.Date(2026, 10, 2, 9, 0, 0, 123_000, time.UTC)
	a := Record{Attempt: payment.Attempt{ID: "ABCDEFGHABCDEFGH", Kind: payment.KindCharge, Target: "claim-9", Value: payment.Cents(7),
		Charge: charge("501", "502"), PatientName: "Ada", Brand: payment.Visa, Last4: "1111", Wishes: payment.Wishes{Email: "ada@example.com"}, Reference: "9001",
		Refusal: payment.RefusedByBank, Created: at, Sent: at.Add(time.Second), Ended: at.Add(time.Minute)},
		Patient: ada, Portal: "harbor", Subject: "user-7", AsOfSeq: 5, ClaimedSeq: 3, ReceiptWatermark: "8999"}
	for _, move := range []struct {
		what     string
		was, now payment.State
		want     string
	}{
		{EventCreated, payment.Created, payment.Created, "8bf6807f"},
		{EventClaimed, payment.Created, payment.Claimed, "1c65a10d"},
		{EventSending, payment.Claimed, payment.Sending, "3bd5e43c"},
		{EventSettled, payment.Sending, payment.Succeeded, "f05cda5d"},
		{EventSettled, payment.Sending, payment.Declined, "667ecd7a"},
		{EventRecovered, payment.Claimed, payment.NotSent, "b3f2478d"},
		{EventRecovered, payment.Sending, payment.Unknown, "b54a223c"},
		{EventChecked, payment.Unknown, payment.Unknown, "56d5e152"},
		{EventNotDone, payment.Unknown, payment.NotDone, "f8c01423"},
		{EventRestored, payment.Created, payment.Unknown, "541b512c"},
		{EventSeen, payment.Succeeded, payment.Succeeded, "a2048c68"},
	} {
		h := link([32]byte{1, 2, 3}, Event{Seq: 4, Attempt: a.ID, At: at, Who: "server", What: move.what, State: move.now, Evidence: "200"}, move.was, a)
		if got := hex.EncodeToString(h[:4]); got != move.want {
			t.Errorf("%s, from %s to %s: %s, want %s", move.what, move.was, move.now, got, move.want)
		}
	}
}
