package payment

import (
	"strings"
	"testing"
)

// What an attempt says of money taken elsewhere and what is booked are refused
// alike: nothing is written down that cannot be sent, and the other way round.
func TestRecordingsAreRefusedAsTheirBookings(t *testing.T) {
	t.Parallel()
	lines := []Line{{Bill: "claim-1", Kind: Claim, Number: "1", Amount: Cents(2000), Balance: Cents(2000)}}
	good := 0
	try := func(kind Kind, c Counter, last4 string) {
		a := Attempt{Kind: kind, Charge: Charge{Lines: lines}, Counter: c}
		attempt := a.Validate() == nil && a.ValidateCard("", last4) == nil
		booking := Booking{Method: c.Method, CheckNumber: c.CheckNumber, Last4: last4, Charge: a.Charge, Posted: c.Posted}.Validate() == nil
		if attempt != booking {
			t.Errorf("%s: the attempt may be made is %v, the booking %v: %+v, card %q", kind, attempt, booking, c, last4)
		}
		if attempt {
			good++
		}
	}
	for _, method := range []Method{"", Cash, Check, Checks, "MC/VISA", "NON-IPP MC", "4111111111111111", Method(strings.Repeat("x", 65))} {
		for _, check := range []string{"", "1044", "A 12/7", "4111 1111 1111 1111", strings.Repeat("9", 11) + " copy 12345"} {
			for _, posted := range []Day{"", "2026-11-20", "2026-02-30", "yesterday"} {
				for _, last4 := range []string{"", "1111", "111", "11x1"} {
					for _, kind := range []Kind{KindRecord, KindVendorPayment} {
						try(kind, Counter{Method: method, CheckNumber: check, Posted: posted}, last4)
					}
				}
			}
		}
	}
	if good == 0 {
		t.Error("everything is refused")
	}
}

// Each kind of act takes what staff can say of it, and nothing else.
func TestValidateCounter(t *testing.T) {
	t.Parallel()
	line := Charge{Lines: []Line{{Bill: "claim-1", Kind: Claim, Number: "1", Amount: Cents(2000), Balance: Cents(2000)}}}
	long := strings.Repeat("x", 301)
	for _, row := range []struct {
		kind  Kind
		says  Counter
		taken bool
	}{
		{KindRecord, Counter{Method: Cash}, true},
		{KindRecord, Counter{Method: Cash, Given: Cents(2000)}, true},
		{KindRecord, Counter{Method: Cash, Given: Cents(1999)}, false},
		{KindRecord, Counter{Method: Check, CheckNumber: "7", Given: Cents(2000)}, false},
		{KindRecord, Counter{Method: Cash, Posted: "2026-11-20"}, true},
		{KindRecord, Counter{Method: Cash, Rest: "copay=12.50"}, true},
		{KindVoid, Counter{Rest: "copay=12.50"}, false},
		{KindRecord, Counter{Method: Cash, VendorReference: "r1"}, false},
		{KindRecord, Counter{Method: Cash, ReasonCode: "wrong_amount"}, false},
		{KindRecord, Counter{Method: Cash, Undoes: "X"}, false},
		{KindRecord, Counter{}, false},
		{KindVendorPayment, Counter{Method: Cash, VendorReference: "r1", Terminal: "t1", Deposited: "2026-11-22"}, true},
		{KindVendorPayment, Counter{Method: Cash, Deposited: "soon"}, false},
		{KindVendorPayment, Counter{Method: Cash, VendorReference: strings.Repeat("r", 33)}, false},
		{KindVendorPayment, Counter{VendorReference: "r1"}, false},
		{KindRefund, Counter{Method: "MC/VISA", VendorReference: "r2", Posted: "2026-11-20", ReasonCode: "duplicate", Undoes: "ABCD"}, true},
		{KindRefund, Counter{CheckNumber: "7"}, false},
		{KindVoid, Counter{}, true},
		{KindVoid, Counter{ReasonCode: "wrong_patient", Undoes: "ABCD"}, true},
		{KindVoid, Counter{ReasonCode: ReasonOther, ReasonText: "asked for it"}, true},
		{KindVoid, Counter{ReasonCode: ReasonOther}, false},
		{KindVoid, Counter{ReasonText: "asked for it"}, false},
		{KindVoid, Counter{ReasonCode: ReasonOther, ReasonText: long}, false},
		{KindVoid, Counter{Method: Cash}, false},
		{KindVoid, Counter{Posted: "2026-11-20"}, false},
		{KindAdjust, Counter{ReasonCode: "courtesy"}, true},
		{KindAdjust, Counter{Method: Cash}, false},
		{KindCharge, Counter{}, true},
		{KindCharge, Counter{Method: Cash}, false},
		{KindCharge, Counter{Posted: "2026-11-20"}, false},
		{KindCharge, Counter{ReasonCode: "courtesy"}, false},
	} {
		a := Attempt{Kind: row.kind, Counter: row.says}
		if a.Kind.PaysBills() {
			a.Charge = line
		} else {
			a.Target, a.Value = "payment-1", Cents(2000)
		}
		if err := a.Validate(); (err == nil) != row.taken {
			t.Errorf("%s, %+v: %v", row.kind, row.says, err)
		}
	}
	if err := (Attempt{Kind: KindCharge}).ValidateCard(Visa, ""); err == nil {
		t.Error("a charge without the card's last four digits")
	}
}
