package proof_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"paypane/bff/athena"
	"paypane/bff/athena/athenatest"
	"paypane/bff/ledger"
	"paypane/tier"
	"paypane/web/payment"
)

// wire is a network to a simulator in the same process: a request is there at
// once, and its handler goes on when the client has left.
type wire struct {
	handler http.Handler
	s       *scenario
}

var errRefused = errors.New("connection refused")

type downKey struct{}

func (n wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Context().Value(downKey{}) != nil && r.Method == http.MethodPost && r.URL.Path != "/oauth2/v1/token" {
		return nil, errRefused
	}
	var body []byte
	if r.Body != nil {
		body = must(io.ReadAll(r.Body))
		r.Body.Close()
	}
	arrived := r.Clone(r.Context())
	arrived.Body, arrived.RequestURI, arrived.RemoteAddr = io.NopCloser(bytes.NewReader(body)), r.URL.RequestURI(), "192.0.2.9:1"
	a := &answer{header: http.Header{}}
	done := make(chan bool, 1)
	go func() {
		whole := false
		defer func() {
			if v := recover(); v != nil && v != http.ErrAbortHandler {
				panic(v)
			}
			done <- whole
		}()
		n.handler.ServeHTTP(a, arrived)
		whole = true
	}()
	select {
	case whole := <-done:
		if !whole {
			return nil, io.ErrUnexpectedEOF
		}
		a.WriteHeader(http.StatusOK)
		n.s.drift(r, a)
		return &http.Response{StatusCode: a.status, Status: strconv.Itoa(a.status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: r}, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// simulator makes athenatest the scenario's upstream, with the drawn bills.
func (s *scenario) simulator() {
	o := athenatest.Options{TokensPerMinute: -1, CallsPerDay: -1, Shape: s.shapes()}
	for id, bills := range s.bills {
		p := athenatest.Patient{ID: id, Given: "Ada", Family: "Quill", Department: 7}
		for _, b := range bills {
			p.Claims = append(p.Claims, athenatest.Claim{ID: must(strconv.Atoi(b.Number)), Service: time.Date(1999, 11, 2, 0, 0, 0, 0, eastern),
				Description: "OFFICE VISIT", Billed: b.Balance.Cents(), Owed: b.Balance.Cents()})
		}
		o.Patients = append(o.Patients, p)
	}
	slices.SortFunc(o.Patients, func(a, b athenatest.Patient) int { return a.ID - b.ID })
	s.sim, s.lasting = athenatest.New(o), false // its clock charges plans by itself
	s.sentAt = map[time.Time]*record{}
}

// practice is the upstream as a server has it.
func (s *scenario) practice(p *process) Practice {
	if s.sim == nil {
		return desk{upstream: s.upstream, p: p}
	}
	return client{must(athena.New(athena.Config{URL: "http://127.0.0.1:1", ClientID: "demo", ClientSecret: "demo", Vendors: map[int]string{195900: "ACME"}, Transport: wire{s.sim, s}})), p}
}

// client is the real client between the boundaries of a server process.
type client struct {
	*athena.Client
	p *process
}

var _ Practice = client{}

// reach is the boundary before a read, and the network's time.
func (c client) reach(ctx context.Context, at place, away [][2]time.Time) error {
	d := c.p.before(ctx, at)
	if err := d.wait(ctx, d.between(20*time.Millisecond, 800*time.Millisecond)); err != nil {
		return err
	}
	if within(away, time.Now()) {
		return errDown
	}
	return nil
}

func (c client) Statement(ctx context.Context, p payment.Patient) (payment.Statement, error) {
	if err := c.reach(ctx, atStatement, c.p.s.down); err != nil {
		return payment.Statement{}, err
	}
	return c.Client.Statement(ctx, p)
}

func (c client) AcceptedCards(ctx context.Context, p payment.Patient) (payment.AcceptedCards, error) {
	if err := c.reach(ctx, atDepartment, c.p.s.down); err != nil {
		return payment.AcceptedCards{}, err
	}
	return c.Client.AcceptedCards(ctx, p)
}

func (c client) Receipts(ctx context.Context, p payment.Patient) ([]payment.ReceiptSummary, error) {
	if err := c.reach(ctx, atReceipts, c.p.s.unread); err != nil {
		return nil, err
	}
	rows, err := c.Client.Receipts(ctx, p)
	c.p.s.trace("receipts", func() string { return strconv.Itoa(len(rows)) })
	if err == nil {
		c.p.after(ctx, atReceipts)
	}
	return rows, err
}

func (c client) EmailReceipt(ctx context.Context, p payment.Patient, reference, email string) error {
	if err := c.reach(ctx, atEmail, nil); err != nil {
		return err
	}
	c.p.s.mails[reference]++
	err := c.Client.EmailReceipt(ctx, p, reference, email)
	c.p.after(ctx, atEmail)
	return err
}

// Collect lets something happen to the request that is about to leave, or to
// its answer.
func (c client) Collect(ctx context.Context, p payment.Patient, charge payment.Charge, card *payment.Card) payment.Outcome {
	d := c.p.before(ctx, atCollect)
	ctx = c.leave(ctx, d, "collectpayment")
	o := c.Client.Collect(ctx, p, charge, card)
	d.sleep(time.Millisecond)
	c.p.s.trace("answered", func() string { return string(o.State) + " " + o.Reference + " " + o.Evidence })
	c.p.after(ctx, atCollect)
	return o
}

// leave is the moment at which a request that moves money leaves, and what becomes of
// it or of its answer.
func (c client) leave(ctx context.Context, d *stream, endpoint string) context.Context {
	s := c.p.s
	r := s.attempts[d.number]
	fault := athenatest.Fault{Endpoint: endpoint, When: one(d, "before", "after")}
	switch roll := d.n(100); {
	case roll < 45:
		fault.Endpoint = ""
	case roll < 50:
		fault.Endpoint = ""
		ctx = context.WithValue(ctx, downKey{}, true)
		s.met(notConnected)
	case roll < 66:
		fault.Do = "cut"
	case roll < 76:
		fault.Do, fault.Status = "status", http.StatusBadGateway
	case roll < 88:
		fault.Do, fault.Delay = "delay", d.between(time.Second, 90*time.Second).Truncate(time.Microsecond)
	case roll < 94:
		fault.Do, fault.Body = "body", `{"result":[[],{"Apache"`
	default:
		fault.Do, fault.Status = "status", http.StatusInternalServerError
	}
	s.sim.ClearFaults()
	if fault.Endpoint != "" && fault.Do != "" {
		s.sim.Fault(fault)
	}
	s.sentAt[time.Now()] = r
	s.trace(endpoint, func() string { return r.name() + " " + fault.When + " " + fault.Do })
	return ctx
}

// write is a write of the desk's.
func (c client) write(ctx context.Context, endpoint string, do func(context.Context) payment.Write) payment.Write {
	d := c.p.before(ctx, atCounter)
	c.p.s.met(writeDid[c.p.s.attempts[d.number].kind])
	ctx = c.leave(ctx, d, endpoint)
	w := do(ctx)
	d.sleep(time.Millisecond)
	switch {
	case w.Done() && w.Handle.PreviouslyRecorded:
		c.p.s.met(deskRepeated)
	case w.State == payment.WriteUnknown:
		c.p.s.met(deskLost)
	case w.State == payment.WriteRefused:
		c.p.s.met(deskRefused)
	}
	c.p.s.trace("answered", func() string { return string(w.State) + " " + w.Evidence })
	c.p.after(ctx, atCounter)
	return w
}

func (c client) RecordPayment(ctx context.Context, p payment.Patient, b payment.Booking) payment.Write {
	return c.write(ctx, "recordpayment", func(ctx context.Context) payment.Write { return c.Client.RecordPayment(ctx, p, b) })
}

func (c client) VoidPayment(ctx context.Context, p payment.Patient, reference string) payment.Write {
	return c.write(ctx, "voidpayment", func(ctx context.Context) payment.Write { return c.Client.VoidPayment(ctx, p, reference) })
}

func (c client) RecordVendorPayment(ctx context.Context, p payment.Patient, b payment.VendorBooking) payment.Write {
	return c.write(ctx, "vendorpayment", func(ctx context.Context) payment.Write { return c.Client.RecordVendorPayment(ctx, p, b) })
}

func (c client) RefundVendorPayment(ctx context.Context, p payment.Patient, r payment.VendorRefund) payment.Write {
	return c.write(ctx, "vendorrefund", func(ctx context.Context) payment.Write { return c.Client.RefundVendorPayment(ctx, p, r) })
}

// bookKinds are the acts that make the simulator's movements.
var bookKinds = map[string]payment.Kind{"PURCHASE": payment.KindCharge, "VOID": payment.KindVoid, "RECORDED": payment.KindRecord,
	"VENDORPAYMENT": payment.KindVendorPayment, "VENDORREFUND": payment.KindRefund}

// copyBook takes over what the simulator has booked since: whose it is tells
// the moment, at which nobody else can have sent anything.
func (s *scenario) copyBook() {
	if s.sim == nil {
		return
	}
	for _, m := range s.sim.Book()[len(s.book):] {
		r := s.sentAt[m.Time]
		c := &charge{kind: bookKinds[m.Kind], id: must(strconv.Atoi(m.ID)), attempt: r, patient: m.Patient, total: payment.Cents(max(m.Amount, -m.Amount)), last4: m.Last4, booked: m.Time}
		s.book = append(s.book, c)
		if r == nil {
			s.convict("payment %s was booked at a moment at which nothing was sent", m.ID)
			continue
		}
		c.lines = r.lines
		if c.kind != r.kind {
			s.convict("attempt %s, a %s, is booked as a %s", r.name(), r.kind, c.kind)
		}
		if c.kind.Returns() {
			of := slices.IndexFunc(s.book, func(paid *charge) bool {
				return paid.kind.PaysBills() && slices.Contains(paid.attempt.names(), ledger.TargetPayment(r.target))
			})
			if s.book[of].back != nil {
				s.convict("attempt %s took back what was taken back", r.name())
			}
			s.book[of].back = c
		}
		r.booked = append(r.booked, c)
		s.trace("booked", func() string { return m.ID + " of " + r.name() })
		if c.total != r.total {
			s.convict("attempt %s of %s is booked with %s", r.name(), r.total, c.total)
		}
	}
}

// The real client and the simulator of the upstream, which know the real one's
// requests and answers: fewer scenarios, because each takes more work.
func TestSimulationAthena(t *testing.T) {
	open(t)
	if *seedFlag != 0 {
		replay(t, setup{athena: true})
		return
	}
	n := 1200
	switch {
	case raceDetector:
		n = 500
	case testing.Short():
		n = 75
	case tier.IsDeep():
		n = 3000
	}
	total := run(t, 1, n, memory, setup{athena: true}, 5)
	t.Log(total)
	if n < 500 { // the rarer do not come in fewer: make test looks
		return
	}
	for _, f := range []feature{crashedAfterFence, declinedByBank, foundInReceipts, provedAbsent, unknownShown, notConnected, rowDrifted, personAsked,
		twoClerks, deskRecorded, deskVoided, deskVendor, deskRefunded, deskLost, deskRefused, deskAsked, deskCrashed} {
		if total.features[f] == 0 {
			t.Errorf("never occurred: %s", featureNames[f])
		}
	}
}
