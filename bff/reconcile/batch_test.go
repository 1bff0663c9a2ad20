package reconcile

import (
	"context"
	"slices"
	"sync"
	"testing"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// waiting are books that hang for one patient until another was looked up, and
// that panic for a third.
type waiting struct {
	mu     sync.Mutex
	read   []int // patients, in the order in which their books were shown
	others chan struct{}
}

func (b *waiting) Receipts(ctx context.Context, p payment.Patient) ([]payment.ReceiptSummary, error) {
	switch p.ID {
	case 7:
		select {
		case <-b.others:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	case 8:
		panic("unreadable")
	case 9:
		close(b.others)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.read = append(b.read, p.ID)
	return nil, nil
}

// Books that hang for one patient, or end in a panic, do not keep others from
// being looked up in the same turn.
func TestOnePatientDoesNotHoldUpOthers(t *testing.T) {
	s := newShelf(t)
	books := &waiting{others: make(chan struct{})}
	s.Books = books
	ids := map[int]string{}
	for _, patient := range []int{7, 8, 9} {
		ids[patient] = s.sendOf(payment.Patient{Practice: 1, Department: 1, ID: patient}, payment.Outcome{State: payment.Unknown})
	}
	n, err := s.RunBatch(t.Context(), 2)
	if n != 3 || err == nil {
		t.Errorf("%d looked up, %v", n, err)
	}
	if !slices.Equal(books.read, []int{9, 7}) {
		t.Errorf("read the books of %v", books.read)
	}
	for patient, id := range ids {
		if a := s.getOf(payment.Patient{Practice: 1, ID: patient}, id); a.Checks != 1 || a.State != payment.Unknown {
			t.Errorf("patient %d: %+v", patient, a)
		}
	}
}

// Attempts of one patient are looked up one after the other, in the order in
// which they were due.
func TestQueues(t *testing.T) {
	due := func(id string, practice, patient int) ledger.Record {
		a := ledger.Record{Patient: payment.Patient{Practice: practice, ID: patient}}
		a.ID = id
		return a
	}
	var got [][]string
	for _, queue := range byPatient([]ledger.Record{due("a", 1, 7), due("b", 1, 8), due("c", 2, 7), due("d", 1, 7), due("e", 1, 8)}) {
		var ids []string
		for _, a := range queue {
			ids = append(ids, a.ID)
		}
		got = append(got, ids)
	}
	if want := [][]string{{"a", "d"}, {"b", "e"}, {"c"}}; !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("%v", got)
	}
}
