package payment

// PastPayment is a row of the practice's payment history. What the upstream
// does not say is zero.
type PastPayment struct {
	Patient int
	ID      string
	Payment string // epaymentid, of an electronic one
	Date    Day
	Method  string
	Amount  Signed
}
