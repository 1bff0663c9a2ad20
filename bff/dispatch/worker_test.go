package dispatch

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"paypane/web/payment"
)

// A look does not wait for books that do not come.
func TestBooksThatHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		books := PromptBooks{silent{}, silent{}}
		_, receipts := books.Receipts(t.Context(), payment.Patient{})
		_, plans := books.Plans(t.Context(), payment.Patient{})
		_, cards := books.StoredCards(t.Context(), payment.Patient{})
		for _, err := range []error{receipts, plans, cards} {
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
		}
	})
}

// silent are books that never come.
type silent struct{}

func (silent) Receipts(ctx context.Context, _ payment.Patient) ([]payment.ReceiptSummary, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func (silent) Plans(ctx context.Context, _ payment.Patient, _ ...string) ([]payment.Plan, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func (silent) StoredCards(ctx context.Context, _ payment.Patient) ([]payment.StoredCard, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}
