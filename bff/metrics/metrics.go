// Package metrics tells operators how the server does, in the format of
// Prometheus, on an address of its own that is not for the public. Nothing in
// it names a patient, a payment or an amount.
package metrics

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"paypane/bff/athena"
	"paypane/bff/velocity"
)

// Upstream is what the practice's API announces about itself.
type Upstream interface {
	// Limits are the calls that are left for the day, and the token requests
	// for the minute.
	Limits() athena.Limits
}

// Handler answers GET /metrics. cards is what the server has seen of them.
func Handler(upstream Upstream, book Book, cards func() velocity.Numbers, traffic *Traffic) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(traffic.collectors()...)
	registry.MustRegister(limits{upstream}, standing{book, time.Now}, tries{cards}, collectors.NewBuildInfoCollector(),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 2, Timeout: 5 * time.Second}))
	return mux
}

var (
	limit = prometheus.NewDesc("paypane_upstream_limit",
		"Requests that athenahealth allows in a window (day: API calls until midnight GMT, minute: token requests), as its last answer announced.",
		[]string{"window"}, nil)
	remaining = prometheus.NewDesc("paypane_upstream_remaining",
		"Requests of the window that are left, as the last answer announced.",
		[]string{"window"}, nil)
)

// limits collects the upstream's limits. A window of which no answer has told yet
// is left out.
type limits struct{ upstream Upstream }

func (l limits) Describe(ch chan<- *prometheus.Desc) {
	ch <- limit
	ch <- remaining
}

func (l limits) Collect(ch chan<- prometheus.Metric) {
	now := l.upstream.Limits()
	for window, w := range map[string]athena.Limit{"day": now.Daily, "minute": now.Tokens} {
		if !w.Known {
			continue
		}
		ch <- prometheus.MustNewConstMetric(limit, prometheus.GaugeValue, float64(w.Limit), window)
		ch <- prometheus.MustNewConstMetric(remaining, prometheus.GaugeValue, float64(w.Remaining), window)
	}
}
