package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"paypane/bff/ledger"
	"paypane/bff/portal"
	"paypane/web/payment"
)

const (
	// sendWithin is how long a portal's server may take to answer.
	sendWithin = 10 * time.Second
	// keptFor is how long an event is told again that was not taken.
	keptFor = 72 * time.Hour
	// atOnce is how many are sent to one portal at once.
	atOnce = 8
	// runEvery is how often the outbox is looked into.
	runEvery = time.Second
)

// waits are how long after a try the next one comes; after the last of them, always as
// long. The first is longer than a try can take.
var waits = []time.Duration{30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour}

// waitAfter is how long after so many tries the next one comes.
func waitAfter(tries int) time.Duration { return waits[min(max(tries, 1), len(waits))-1] }

// Outbox has what is still to be told.
type Outbox interface {
	// TakeNotices are those that are due; each comes again after wait unless it is ended.
	TakeNotices(ctx context.Context, portal string, limit int, wait func(tries int) time.Duration) ([]ledger.Notice, error)
	EndNotice(ctx context.Context, portal string, event int64) error
}

// Webhooks tells portals' servers what happened, signed in the form of Standard Webhooks
// (https://www.standardwebhooks.com): at least once each, and again for three days where
// it is not taken. Several servers on one ledger share the work.
type Webhooks struct {
	Outbox  Outbox
	Portals portal.Portals
	Now     func() time.Time
	// After is time.After.
	After func(time.Duration) <-chan time.Time
	Log   *slog.Logger
}

// Subscribers are the portals that want to be told.
func Subscribers(portals portal.Portals) (ids []string) {
	for i := range portals {
		if portals[i].Webhook != nil {
			ids = append(ids, portals[i].ID)
		}
	}
	return ids
}

// Run tells what is due until ctx ends. Portals do not wait for each other.
func (s *Webhooks) Run(ctx context.Context) {
	var loops sync.WaitGroup
	for i := range s.Portals {
		if p := &s.Portals[i]; p.Webhook != nil {
			loops.Go(func() {
				for ctx.Err() == nil {
					if s.Turn(ctx, p) > 0 {
						continue
					}
					select {
					case <-s.After(runEvery):
					case <-ctx.Done():
					}
				}
			})
		}
	}
	loops.Wait()
}

// Turn tells a portal what is due by now, and answers how much that was.
func (s *Webhooks) Turn(ctx context.Context, p *portal.Portal) int {
	due, err := s.Outbox.TakeNotices(ctx, p.ID, atOnce, waitAfter)
	if err != nil {
		if ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "read the outbox", "portal", p.ID, "error", err.Error())
		}
		return 0
	}
	var sending sync.WaitGroup
	for _, n := range due {
		sending.Go(func() { s.tell(ctx, p, n) })
	}
	sending.Wait()
	return len(due)
}

// tell sends one notice, and ends it if it was taken, or is too old to be told again.
func (s *Webhooks) tell(ctx context.Context, p *portal.Portal, n ledger.Notice) {
	m := messageOf(n)
	attrs := []any{"portal", p.ID, "message", m.id, "type", m.Type, "try", n.Tries}
	err := s.send(ctx, p.Webhook, m)
	switch {
	case ctx.Err() != nil:
		return // the server stops; the next one tells it
	case err == nil:
		s.Log.InfoContext(ctx, "webhook delivered", attrs...)
	case s.Now().Sub(n.Event.At) >= keptFor:
		s.Log.ErrorContext(ctx, "webhook given up", append(attrs, "error", err.Error())...)
	default:
		s.Log.WarnContext(ctx, "webhook not taken", append(attrs, "error", err.Error(), "again_in", waitAfter(n.Tries).String())...)
		return
	}
	if err := s.Outbox.EndNotice(ctx, p.ID, n.Event.Seq); err != nil {
		s.Log.ErrorContext(ctx, "end notice", append(attrs, "error", err.Error())...)
	}
}

// message is what is sent of an event. Its JSON is a promise, as Payment's is.
type message struct {
	id   string
	Type string    `json:"type"` // the kind and what became of it: "payment.taken"
	At   time.Time `json:"timestamp"`
	// Sequence is the number of the event: of two about one attempt, the later one has
	// the greater.
	Sequence int64   `json:"sequence"`
	Data     Payment `json:"data"`
}

// messageOf is what is sent of an event, whenever it is: the attempt as it was then.
func messageOf(n ledger.Notice) message {
	a := n.Record
	if a.State != n.Event.State {
		a.State, a.Ended = n.Event.State, n.Event.At
	}
	if a.State != payment.Succeeded {
		a.Reference = ""
	}
	p := Of(a)
	m := message{id: a.ID + "_" + strconv.FormatInt(n.Event.Seq, 10), Type: p.Kind + "." + p.Status, At: n.Event.At.UTC(), Sequence: n.Event.Seq, Data: p}
	if n.Event.What == ledger.EventSeen {
		m.Type = p.Kind + ".settled"
	}
	return m
}

// send posts a message; nil says that it was taken.
func (s *Webhooks) send(ctx context.Context, to *portal.Webhook, m message) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	at := strconv.FormatInt(s.Now().Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "paypane")
	r.Header.Set("Webhook-Id", m.id)
	r.Header.Set("Webhook-Timestamp", at)
	r.Header.Set("Webhook-Signature", signatures(to.Secrets, m.id+"."+at+"."+string(body)))
	answer, err := client.Do(r)
	if err != nil {
		return errors.New("no answer") // the error has the address, which may have a secret in it
	}
	defer answer.Body.Close()
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return fmt.Errorf("status %d", answer.StatusCode)
	}
	return nil
}

// client follows nobody elsewhere: the address is the operator's word.
var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// signatures are those of all secrets, as one header.
func signatures(secrets [][]byte, signed string) string {
	var all []string
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(signed))
		all = append(all, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(all, " ")
}
