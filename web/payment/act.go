package payment

// Act is what an attempt asks the upstream to do.
type Act string

const (
	ActCharge        Act = "charge"         // a card that was typed is charged
	ActChargeStored  Act = "charge_stored"  // a stored card is charged
	ActAgreeVisit    Act = "agree_visit"    // card on file for one appointment
	ActAgreeYear     Act = "agree_year"     // card on file for a year
	ActPlan          Act = "plan"           // a payment plan
	ActStoreCard     Act = "store_card"     // a card is kept for later payments
	ActRecord        Act = "record"         // money taken elsewhere is recorded
	ActVoid          Act = "void"           // a payment is taken back before it settles
	ActVendorPayment Act = "vendor_payment" // a patient-pay vendor's payment is recorded
	ActRefund        Act = "refund"         // a patient-pay vendor's refund is recorded
	ActAdjust        Act = "adjust"         // charges are adjusted
)

// Charges reports whether the act takes money from a card at once.
func (a Act) Charges() bool { return a == ActCharge || a == ActChargeStored }

// PaysBills reports whether the act moves money to the bills of its lines.
func (a Act) PaysBills() bool {
	return a.Charges() || a == ActRecord || a == ActVendorPayment
}

// Agrees reports whether the act keeps a card on file.
func (a Act) Agrees() bool { return a == ActAgreeVisit || a == ActAgreeYear }

// Returns reports whether the act moves money back to the payer.
func (a Act) Returns() bool { return a == ActVoid || a == ActRefund }

// known reports whether the act is one of the list.
func (a Act) known() bool {
	switch a {
	case ActCharge, ActChargeStored, ActAgreeVisit, ActAgreeYear, ActPlan, ActStoreCard, ActRecord, ActVoid, ActVendorPayment, ActRefund, ActAdjust:
		return true
	}
	return false
}
