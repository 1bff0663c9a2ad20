package proof_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"paypane/web"
	"paypane/web/payment"
)

// shown is a page as the payer has it: the part of web.View that says something
// about money.
type shown struct {
	Page   string
	Path   string
	Sheet  *struct{ Blocks []element }
	Site   struct{ Whose string }
	Amount *struct {
		Statement struct{ Bills []payment.Bill }
	}
	Card *struct {
		Attempt struct{ ID string }
		Repeat  struct{ Attempt struct{ ID string } }
	}
	Result *struct {
		Attempt struct {
			ID        string
			State     payment.State
			Reference string
		}
	}
	Notice   *struct{ Text []string }
	Problems []payment.Problem
}

// asks reports whether the page asks if an equal payment is meant.
func (s shown) asks() bool {
	return payment.At(s.Problems, payment.FieldRepeat).Code == "repeat"
}

// payer is a person at one browser: a patient, who pays for them, or the desk.
type payer struct {
	s       *scenario
	d       *stream
	patient int
	who     int
	card    string
	plain   bool // without script: documents instead of views
	cookie  string
	page    shown
	known   []string // attempts, the last one last
	signed  []filled
	repeat  string // the attempt of which the payer was asked whether it is meant
}

var cards = []string{"4111111111111111", "5555555555554444"}

func cardForm(number string) string {
	return "number=" + number + "&expiry=12%2F09&name=Ada+Quill&code=123&address=1+Main+St&zip=02139&email=ada%40example.org"
}

// load makes a request and follows where it leads. d is who waits for it; it
// can leave after a while.
func (b *payer) load(d *stream, method, path, form string, leave time.Duration) (page shown) {
	defer d.pass()
	ctx := context.Background()
	if leave > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		clock := b.s.stream()
		go func() {
			clock.sleep(leave)
			cancel()
		}()
	}
	for range 4 {
		var up []*process
		for _, h := range b.s.houses {
			if h.process != nil && !h.process.dead {
				up = append(up, h.process)
			}
		}
		if len(up) == 0 {
			b.s.met(nobodyUp)
			d.sleep(time.Second)
			return page
		}
		began := time.Now()
		c := &call{stream: b.s.stream()}
		a := one(d, up...).serve(ask(with(ctx, c), method, path, payOrigin, b.cookie, form, b.plain))
		d.sleep(d.between(5*time.Millisecond, 100*time.Millisecond))
		if to := a.header.Get("Location"); a.status == http.StatusSeeOther && to != "" {
			b.s.trace("redirect", func() string { return method + " " + path + " to " + to })
			method, path, form = http.MethodGet, to, ""
			continue
		}
		if a.status == 0 {
			b.s.trace("no answer", func() string { return method + " " + path })
			b.s.met(noAnswer)
			return page
		}
		page = b.read(a)
		b.s.trace("page", func() string { return method + " " + path + " " + strconv.Itoa(a.status) + " " + page.Page })
		b.s.see(b.patient, began, page, a.body)
		return page
	}
	return page
}

// read takes the View out of an answer.
func (b *payer) read(a *answer) (page shown) {
	body := a.body
	if b.plain {
		b.s.met(plainPages)
		_, rest, _ := bytes.Cut(body, []byte(`id="view">`))
		body, _, _ = bytes.Cut(rest, []byte("</script>"))
	}
	if err := json.Unmarshal(body, &page); err != nil {
		b.s.convict("a page that cannot be read: %d %.80s", a.status, a.body)
	}
	return page
}

// open follows a link or posts a form, and stays on the page it leads to.
func (b *payer) open(method, path, form string) {
	b.stay(b.load(b.d, method, path, form, 0))
}

func (b *payer) stay(got shown) {
	b.page = got
	b.repeat = ""
	if c := b.page.Card; c != nil {
		b.known = append(b.known, c.Attempt.ID)
	}
}

// live is all that the payer does.
func (b *payer) live() {
	d := b.d
	defer d.pass()
	d.sleep(d.between(5*time.Second, 40*time.Second))
	b.open(http.MethodGet, web.PathAmount, "")
	for range 1 + d.n(8) {
		switch roll := d.n(200); {
		case roll < 140:
			d.sleep(d.between(200*time.Millisecond, 5*time.Second))
		case roll < 188:
			d.sleep(d.between(5*time.Second, time.Minute))
		case roll < 199:
			d.sleep(d.between(time.Minute, 14*time.Minute))
		default:
			d.sleep(d.between(61*time.Minute, 80*time.Minute))
		}
		if b.s.used > most-150 || !b.act() {
			return
		}
	}
}

// act is the next thing that the payer does; false: they go away.
func (b *payer) act() bool {
	d := b.d
	switch b.page.Page {
	case web.PageAmount:
		switch roll := d.n(100); {
		case roll < 8:
			b.open(http.MethodGet, web.PathAmount, "")
		case roll < 18:
			b.goBack()
		case roll < 24 && len(b.signed) > 0:
			b.signBack()
		case b.s.lasting && roll < 55 && b.who < 2 && b.s.used < most-200:
			b.sign()
		default:
			b.choose()
		}
	case web.PageCard:
		switch roll := d.n(100); {
		case roll < 78:
			b.pay(b.page.Card.Attempt.ID)
		case roll < 86:
			b.goBack()
		case roll < 94:
			b.open(http.MethodGet, web.PathAmount, "")
		default:
			return false
		}
	case web.PageResult:
		return b.follow()
	case web.PageNothing:
		if d.percent(60) {
			return false
		}
		b.goBack()
	case web.PageSession:
		b.launch()
	default: // no answer, not available, our failure
		if d.percent(50) {
			b.goBack()
		} else {
			b.open(http.MethodGet, web.PathAmount, "")
		}
	}
	return true
}

// choose posts the amount page, sometimes twice, which makes two attempts.
func (b *payer) choose() {
	d := b.d
	var payable []payment.Bill
	var due int64
	for _, bill := range b.page.Amount.Statement.Bills {
		if bill.Payable() {
			payable = append(payable, bill)
			due += bill.Owed.Cents()
		}
	}
	form := "pay=all"
	switch roll := d.n(100); {
	case len(payable) == 0:
	case roll < 35:
		form = "pay=some&bill=" + one(d, payable...).ID
	case roll < 60:
		form = "pay=other&amount=" + payment.Cents(min(due, 100+int64(d.n(int(due))))).String()
		b.s.met(partial)
	}
	if d.percent(10) {
		b.s.met(tabs)
		b.both(http.MethodPost, web.PathAmount, form)
		return
	}
	b.open(http.MethodPost, web.PathAmount, form)
}

// both makes a request twice at once and stays on the page of the second.
func (b *payer) both(method, path, form string) {
	side := b.s.stream()
	done := make(chan shown, 1)
	go func() {
		side.sleep(side.between(0, 300*time.Millisecond))
		done <- b.load(side, method, path, form, 0)
	}()
	got := b.load(b.d, method, path, form, 0)
	other := <-done
	b.d.sleep(time.Millisecond)
	b.stay(got)
	if c := other.Card; c != nil {
		b.known = append(b.known, c.Attempt.ID)
	}
}

// pay posts the card form of an attempt.
func (b *payer) pay(id string) {
	d := b.d
	path, form := web.PathCard+id, cardForm(b.card)
	switch roll := d.n(100); {
	case roll < 20:
		b.s.met(doubleClick)
		b.both(http.MethodPost, path, form)
		return
	case roll < 30:
		b.s.met(leftInTheMiddle)
		b.stay(b.load(d, http.MethodPost, path, form, d.between(time.Millisecond, 4*time.Second)))
		return
	}
	got := b.load(d, http.MethodPost, path, form, 0)
	b.stay(got)
	if !got.asks() {
		return
	}
	b.s.met(repeatAsked)
	d.sleep(d.between(time.Second, 20*time.Second))
	if d.percent(60) {
		b.s.met(repeatConfirmed)
		b.stay(b.load(d, http.MethodPost, path, form+"&repeat="+got.Card.Repeat.Attempt.ID, 0))
	}
}

// goBack does something with an attempt of before: its card form still stands
// in the browser's history, or its result is looked at.
func (b *payer) goBack() {
	if len(b.known) == 0 {
		b.open(http.MethodGet, web.PathAmount, "")
		return
	}
	id := one(b.d, b.known...)
	if b.d.percent(50) {
		b.s.met(wentBack)
		b.pay(id)
		return
	}
	b.open(http.MethodGet, web.PathResult+id, "")
}

// follow is what is done on a result page.
func (b *payer) follow() bool {
	d := b.d
	a := b.page.Result.Attempt
	roll := d.n(100)
	switch {
	case a.State.Harmless() && roll < 70:
		b.s.met(triedAgain)
		b.open(http.MethodPost, web.PathResult+a.ID+"/again", "")
	case !a.State.Harmless() && roll < 10:
		b.open(http.MethodPost, web.PathResult+a.ID+"/again", "")
	case a.State == payment.Succeeded && roll > 80:
		return false
	case roll < 40:
		b.open(http.MethodGet, web.PathResult+a.ID, "")
	case roll < 55:
		b.goBack()
	default:
		b.open(http.MethodGet, web.PathAmount, "")
	}
	return true
}

// launch opens the payment page from the portal once more.
func (b *payer) launch() {
	for _, h := range b.s.houses {
		if p := h.process; p != nil && !p.dead {
			c := &call{stream: b.s.stream()}
			form := "token=" + token(b.patient, b.who, "again"+strconv.Itoa(c.stream.number))
			r := ask(with(context.Background(), c), http.MethodPost, "/launch", portalOrigin, "", form, true) // a window of its own
			a := p.serve(r)
			b.d.sleep(time.Millisecond)
			if a.status == http.StatusSeeOther && strings.Contains(a.header.Get("Set-Cookie"), "=") {
				b.s.met(relaunched)
				b.cookie = launched(a)
				b.open(http.MethodGet, web.PathAmount, "")
			}
			return
		}
	}
}
