package dispatch

import (
	"context"

	"paypane/web/payment"
)

// Practice is what the upstream does that may be asked for twice.
type Practice interface {
	PreferCard(ctx context.Context, p payment.Patient, storedCard string, preferred bool) payment.Write
	DeleteCard(ctx context.Context, p payment.Patient, storedCard string) payment.Write
	EmailReceipt(ctx context.Context, p payment.Patient, reference, email string) error
	CheckIn(context.Context, payment.Patient) payment.Write
	UploadSignedReceipt(ctx context.Context, p payment.Patient, reference string, pdf []byte) payment.Write
}

// Repeatable are the writes that move no money: the second time changes nothing,
// or sends a mail twice. So they need no attempt.
type Repeatable struct{ Practice Practice }

// Prefer has a stored card offered first.
func (r Repeatable) Prefer(ctx context.Context, p payment.Patient, card string) payment.Write {
	return r.Practice.PreferCard(ctx, p, card, true)
}

// Remove takes a stored card away. It goes on when the browser leaves: half a
// removal helps nobody.
func (r Repeatable) Remove(ctx context.Context, p payment.Patient, card string) payment.Write {
	return r.Practice.DeleteCard(ctx, p, card)
}

// CheckIn checks a patient in for the visit that they have the number of. The
// second time is refused.
func (r Repeatable) CheckIn(ctx context.Context, p payment.Patient) payment.Write {
	return r.Practice.CheckIn(ctx, p)
}

// Sign keeps the signed copy of a receipt at the upstream.
func (r Repeatable) Sign(ctx context.Context, p payment.Patient, reference string, pdf []byte) payment.Write {
	return r.Practice.UploadSignedReceipt(ctx, p, reference, pdf)
}

// Email has the upstream mail a receipt to an address. What is not taken is
// ErrMailRefused, and what nobody knows ErrMailUnknown.
func (r Repeatable) Email(ctx context.Context, p payment.Patient, reference, to string) error {
	return mailed(r.Practice.EmailReceipt(ctx, p, reference, to))
}
