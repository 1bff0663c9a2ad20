package payment

import (
	"strings"
	"testing"
)

// What a write proves, in the words of an attempt and for people.
func TestWriteWords(t *testing.T) {
	for _, test := range []struct {
		write        Write
		state        State
		payer, staff string // contained; empty payer: nothing to say
	}{
		{Write{Op: "collect payment", State: WriteDone, Handle: Handle{Payment: "61234"}}, Succeeded, "", "collect payment: done"},
		{Write{Op: "collect payment", State: WriteRefused, Refusal: RefusedByBank, Fault: FaultPayer, Bank: "Declined"}, Declined,
			"bank did not accept", `collect payment: refused (card). The bank said "Declined"`},
		{Write{Op: "store card", State: WriteRefused, Refusal: RefusedCode, Fault: FaultPayer, Bank: "Declined CVV2"}, Declined, "bank did not accept", "Declined CVV2"},
		{Write{Op: "void payment", State: WriteRefused, Refusal: RefusedByUpstream, Fault: FaultOurs, Said: "Already settled."}, NotSent,
			"Nothing was done. Ask the practice.", `void payment: refused (Paypane's request or access). athenahealth said "Already settled."`},
		{Write{Op: "x", State: WriteRefused, Refusal: RefusedBusy, Fault: FaultUpstream}, NotSent, "busy", "athenahealth"},
		{Write{Op: "x", State: WriteRefused, Refusal: RefusedByUpstream, Fault: FaultPractice}, NotSent, "practice", "set-up"},
		{Write{Op: "x", State: WriteNotSent, Fault: FaultNetwork}, NotSent, "cannot be reached", "x: not sent (network)"},
		{Write{Op: "x", State: WriteUnknown, Fault: FaultUpstream}, Unknown, "not known yet", "check before doing it again"},
		{Write{}, Unknown, "not known yet", "not known"},
	} {
		o := test.write.Outcome()
		if o.State != test.state || o.Refusal != test.write.Refusal || (o.Reference != "") != (o.State == Succeeded) {
			t.Errorf("%+v: outcome %+v", test.write, o)
		}
		payer, staff := ProblemText(test.write.Problem("refused")), test.write.ForStaff()
		if !strings.Contains(payer, test.payer) || (payer == "") != (test.payer == "") || !strings.Contains(staff, test.staff) {
			t.Errorf("%+v:\npayer %q\nstaff %q", test.write, payer, staff)
		}
		if said := test.write.Bank + test.write.Said; said != "" && strings.Contains(payer, said) {
			t.Errorf("the payer is told %q", payer)
		}
	}
}

func TestSigned(t *testing.T) {
	for s, want := range map[Signed]string{{}: "0.00", {Amount: Cents(1050)}: "10.50", {Cents(1), true}: "-0.01"} {
		if s.String() != want {
			t.Errorf("%#v: %s, want %s", s, s, want)
		}
	}
}
