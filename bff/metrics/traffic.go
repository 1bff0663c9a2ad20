package metrics

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Traffic counts what this server was asked and what it asked the practice's system,
// since it started. Its labels are the lines of the route table and the names of the
// upstream's operations, so that there are a few hundred and never one that a sender
// has worded.
type Traffic struct {
	requests, calls *prometheus.CounterVec
	served, waited  *prometheus.HistogramVec
}

// NewTraffic is one in which nothing was counted.
func NewTraffic() *Traffic {
	// Staff should have a page in 100 ms; who waits for the practice is told after 5 s;
	// a payment waits up to 30 s.
	seconds := []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
	return &Traffic{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "paypane_requests_total",
			Help: "Requests that were answered, by the route's line in the table and the status. Of this server since its start."}, []string{"route", "status"}),
		served: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "paypane_request_seconds", Buckets: seconds,
			Help: "How long a request took until its answer was written, what it waited for the practice's system included."}, []string{"route"}),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "paypane_upstream_calls_total",
			Help: "Calls of the practice's system: reads by the status of their answer, or none; writes by what is known of them. Of this server since its start."}, []string{"operation", "outcome"}),
		waited: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "paypane_upstream_seconds", Buckets: seconds,
			Help: "How long the practice's system took for a call, each try of a read by itself."}, []string{"operation"}),
	}
}

// Request counts a request that was answered.
func (t *Traffic) Request(route string, status int, took time.Duration) {
	t.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	t.served.WithLabelValues(route).Observe(took.Seconds())
}

// Call counts a call of the practice's system.
func (t *Traffic) Call(operation, outcome string, took time.Duration) {
	t.calls.WithLabelValues(operation, outcome).Inc()
	t.waited.WithLabelValues(operation).Observe(took.Seconds())
}

func (t *Traffic) collectors() []prometheus.Collector {
	return []prometheus.Collector{t.requests, t.served, t.calls, t.waited}
}
