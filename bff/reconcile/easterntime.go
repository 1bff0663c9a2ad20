package reconcile

import (
	"sync"
	"time"
	_ "time/tzdata" // the upstream's clock is US Eastern; a bare container has no zone files
)

var eastern = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err) // cannot happen: time/tzdata is linked in
	}
	return zone
})

// instants are the two moments that an Eastern local time can mean: an hour
// apart in the hour that the end of daylight saving repeats, the same
// otherwise. Which of the two t is depends on who read the text.
func instants(t time.Time) (first, second time.Time) {
	hour := func(t time.Time) int { return t.In(eastern()).Hour() }
	earlier, later := t.Add(-time.Hour), t.Add(time.Hour)
	switch hour(t) {
	case hour(later):
		return t, later
	case hour(earlier):
		return earlier, t
	}
	return t, t
}
