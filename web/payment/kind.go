package payment

// Kind is the kind of operation that an attempt asks the upstream for. The words
// are stored and shown, and stay as they are.
type Kind string

const (
	KindCharge        Kind = "charge"         // a card that was typed is charged
	KindChargeStored  Kind = "charge_stored"  // a stored card is charged
	KindAgreeVisit    Kind = "agree_visit"    // card on file for one appointment
	KindAgreeYear     Kind = "agree_year"     // card on file for a year
	KindPlan          Kind = "plan"           // a payment plan
	KindStoreCard     Kind = "store_card"     // a card is kept for later payments
	KindRecord        Kind = "record"         // money taken elsewhere is recorded
	KindVoid          Kind = "void"           // a payment is taken back before it settles
	KindVendorPayment Kind = "vendor_payment" // a patient-pay vendor's payment is recorded
	KindRefund        Kind = "refund"         // a patient-pay vendor's refund is recorded
	KindAdjust        Kind = "adjust"         // charges are adjusted
)

// Charges reports whether the operation takes money from a card at once.
func (k Kind) Charges() bool { return k == KindCharge || k == KindChargeStored }

// PaysBills reports whether the operation moves money to the bills of its lines.
func (k Kind) PaysBills() bool {
	return k.Charges() || k.Records()
}

// Records reports whether the operation books money that was taken elsewhere.
func (k Kind) Records() bool { return k == KindRecord || k == KindVendorPayment }

// Agrees reports whether the operation keeps a card on file.
func (k Kind) Agrees() bool { return k == KindAgreeVisit || k == KindAgreeYear }

// Returns reports whether the operation moves money back to the payer.
func (k Kind) Returns() bool { return k == KindVoid || k == KindRefund }

// known reports whether the operation is one of the list.
func (k Kind) known() bool {
	switch k {
	case KindCharge, KindChargeStored, KindAgreeVisit, KindAgreeYear, KindPlan, KindStoreCard, KindRecord, KindVoid, KindVendorPayment, KindRefund, KindAdjust:
		return true
	}
	return false
}
