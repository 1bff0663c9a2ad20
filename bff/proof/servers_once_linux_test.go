package proof

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"paypane/bff/ledger/ledgertest"
)

// Two servers work with one database. People pay the same bill on two devices
// at once, each device at a server of its own, and press more than once: every
// bill is paid once.
func TestTwoDevicesAtTwoServers(t *testing.T) {
	t.Parallel()
	const patients, presses = 40, 3
	st := newStage(t, patients, ledgertest.Postgres(t))
	servers := []*server{st.server(), st.server()}
	for _, s := range servers {
		s.must()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	rng := rand.New(rand.NewPCG(*seed, 7))
	slots := make(chan struct{}, 6)
	var all sync.WaitGroup
	for i := range patients {
		card, same := draw(rng), i%2 == 0
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			st.twoDevices(ctx, firstOfMany+i, card, same, presses, servers)
		})
	}
	all.Wait()
	c := st.judge(servers...)
	t.Logf("patients %d with two devices; %s", patients, c)
	if c.taken == 0 {
		t.Error("nothing was paid")
	}
}

// twoDevices has a patient pay by two devices at the same moment: by the same
// attempt, or by one of each device.
func (st *stage) twoDevices(ctx context.Context, patient int, card string, same bool, presses int, servers []*server) {
	var ids []string
	var devices []*visitor
	for i, s := range servers {
		p := st.payer(patient, uint64(i), s)
		p.card = card
		err := p.arrive(ctx)
		var id string
		if err == nil {
			id, err = p.choose(ctx)
		}
		if err != nil || id == "" {
			st.t.Errorf("choose: %q %v", id, err)
			return
		}
		devices, ids = append(devices, p), append(ids, id)
	}
	if same {
		ids[1] = ids[0]
	}
	begin := make(chan struct{})
	var all sync.WaitGroup
	for i, p := range devices {
		for n := range presses {
			tab := *p
			tab.rng = rand.New(rand.NewPCG(uint64(n), uint64(i)))
			all.Go(func() {
				<-begin
				if outcome, _, err := tab.press(ctx, ids[i]); err != nil || outcome == "" {
					st.t.Errorf("press: %q %v", outcome, err)
				}
			})
		}
	}
	close(begin)
	all.Wait()
}
