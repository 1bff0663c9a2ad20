package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"paypane/bff/velocity"
	"paypane/web/payment"
)

var (
	cards = prometheus.NewDesc("paypane_cards_total",
		"Cards that were sent to be charged or kept, by what came of it: taken, declined, not_sent, unknown. Of this server since its start.",
		[]string{"outcome"}, nil)
	stopped = prometheus.NewDesc("paypane_cards_stopped_total",
		"Cards that were not sent because too many had been refused, by the limit of the portals file that was met. Of this server since its start.",
		[]string{"limit"}, nil)
	circuits = prometheus.NewDesc("paypane_card_circuits_open",
		"Portals in which so many newcomers' cards were refused that others have to wait.",
		nil, nil)
)

// tries collects what became of cards.
type tries struct{ numbers func() velocity.Numbers }

func (c tries) Describe(ch chan<- *prometheus.Desc) {
	ch <- cards
	ch <- stopped
	ch <- circuits
}

func (c tries) Collect(ch chan<- prometheus.Metric) {
	now := c.numbers()
	for _, state := range []payment.State{payment.Succeeded, payment.Declined, payment.NotSent, payment.Unknown} {
		ch <- prometheus.MustNewConstMetric(cards, prometheus.CounterValue, float64(now.Ended[state]), string(state))
	}
	for _, limit := range velocity.Names() {
		ch <- prometheus.MustNewConstMetric(stopped, prometheus.CounterValue, float64(now.Refused[limit]), limit)
	}
	ch <- prometheus.MustNewConstMetric(circuits, prometheus.GaugeValue, float64(now.Open))
}
