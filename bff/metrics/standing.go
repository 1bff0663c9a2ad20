package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// Book is the ledger, as far as metrics need it.
type Book interface {
	Standing(context.Context) (ledger.Standing, error)
	Work(context.Context) (ledger.Work, error)
}

var (
	attempts = prometheus.NewDesc("paypane_attempts",
		"Payments without an answer: under_way, unknown (looked up in the practice's books), asked (waiting for a person).",
		[]string{"standing"}, nil)
	worklist = prometheus.NewDesc("paypane_worklist",
		"What waits on the desks' work lists: payments, recordings, undone (voids, refunds, adjustments) and agreed (plans, cards, agreements) in doubt; reverse and refund are to be done by hand; ended are agreements and plans to look at.",
		[]string{"kind"}, nil)
	oldest = prometheus.NewDesc("paypane_oldest_unknown_seconds",
		"How long ago the oldest payment of unknown outcome was sent; 0 if there is none. Alert above 900.",
		nil, nil)
)

// standing collects how many payments have no answer. If the ledger cannot be
// read nothing is shown, so that an alert on absence fires.
type standing struct {
	book Book
	now  func() time.Time
}

func (s standing) Describe(ch chan<- *prometheus.Desc) {
	ch <- attempts
	ch <- oldest
	ch <- worklist
}

func (s standing) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Second)
	defer cancel()
	now, err := s.book.Standing(ctx)
	if err != nil {
		return
	}
	for name, n := range map[string]int{"under_way": now.UnderWay, "unknown": now.Unknown, "asked": now.NeedsReview} {
		ch <- prometheus.MustNewConstMetric(attempts, prometheus.GaugeValue, float64(n), name)
	}
	age := 0.0
	if !now.Oldest.IsZero() {
		age = max(0, s.now().Sub(now.Oldest).Seconds())
	}
	ch <- prometheus.MustNewConstMetric(oldest, prometheus.GaugeValue, age)
	work, err := s.book.Work(ctx)
	if err != nil {
		return
	}
	waiting := map[string]int{"payments": 0, "recordings": 0, "undone": 0, "agreed": 0}
	for kind, n := range work.Reviews {
		waiting[kindLabel(kind)] += n
	}
	for _, kind := range ledger.TaskKinds {
		waiting[string(kind)] = work.Tasks[kind]
	}
	for kind, n := range waiting {
		ch <- prometheus.MustNewConstMetric(worklist, prometheus.GaugeValue, float64(n), kind)
	}
}

// kindLabel is what a kind of attempt in doubt is counted as.
func kindLabel(k payment.Kind) string {
	switch {
	case k.Charges():
		return "payments"
	case k.Records():
		return "recordings"
	case k.Returns() || k == payment.KindAdjust:
		return "undone"
	}
	return "agreed"
}
