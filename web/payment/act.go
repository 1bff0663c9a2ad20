package payment

// Act is what an attempt asks the upstream to do.
type Act string

const (
	ActCharge        Act = "charge"        // a card that was typed is charged
	ActChargeStored  Act = "charge_stored" // a stored card is charged
	ActAgreeVisit    Act = "agree_visit"   // card on file for one appointment
	ActAgreeYear     Act = "agree_year"    // card on file for a year
	ActPlan          Act = "plan"          // a payment plan
	ActRecord        Act = "record"        // money taken elsewhere is recorded
	ActVoid          Act = "void"          // a payment is taken back before it settles
	ActVendorPayment Act = "vendor_payment"
	ActRefund        Act = "refund"
	ActAdjust        Act = "adjust"
)
