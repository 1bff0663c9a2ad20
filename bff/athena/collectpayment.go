package athena

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"paypane/web/payment"
)

// Collect charges the card: POST /patients/{id}/collectpayment (athena-api.md
// 2.1), sent at most once. It never returns an error, only what is known of
// the money; see the package comment. The card stays the caller's to clear.
//
// ctx should not end with the browser's request: once the request has left,
// nothing can call it back, and an early end only makes the outcome unknown.
func (c *Client) Collect(ctx context.Context, p payment.Patient, charge payment.Charge, card *payment.Card) payment.Outcome {
	start := time.Now()
	outcome := c.collect(ctx, p, charge, card)
	c.log.Info("athena call", "op", "collect payment", "state", outcome.State, "took", time.Since(start))
	return outcome
}

func (c *Client) collect(ctx context.Context, p payment.Patient, charge payment.Charge, card *payment.Card) payment.Outcome {
	lines, err := amounts(charge)
	if err != nil {
		return notSent(payment.RefusedByUpstream, err.Error())
	}
	// The token comes first: nothing of the card exists yet if there is none.
	access, err := c.tokens.token(ctx)
	if err != nil {
		refusal := payment.Refusal("")
		if e, ok := errors.AsType[*Error](err); ok {
			switch e.Status {
			case http.StatusTooManyRequests:
				refusal = payment.RefusedBusy
			case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden:
				refusal = payment.RefusedByUpstream
			}
		}
		return notSent(refusal, evidenceText(err.Error(), nil))
	}
	if card == nil || card.Brand() == "" {
		return notSent("", "no card")
	}

	ctx, cancel := context.WithTimeout(ctx, c.payDeadline)
	defer cancel()
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	body := &onceBody{form: collectForm(p, lines, card)}
	defer body.Close()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+patientPath(p, "collectpayment"), body)
	if err != nil {
		return notSent(payment.RefusedByUpstream, "request cannot be built")
	}
	req.ContentLength = int64(len(body.form))
	req.GetBody = nil
	req.Header.Set("Authorization", "Bearer "+access)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")

	resp, err := c.money.Do(req)
	if err != nil {
		if !connected.Load() && !body.touched() {
			return notSent("", "no connection: "+failure(err))
		}
		return payment.Outcome{State: payment.Unknown, Evidence: "no answer: " + failure(err)}
	}
	defer resp.Body.Close()
	answer, err := readAnswer(resp.Body)
	if resp.StatusCode == http.StatusUnauthorized {
		c.tokens.drop(access) // for later calls; this one is over
	}
	if err != nil {
		return payment.Outcome{State: payment.Unknown, Evidence: fmt.Sprintf("http %d, answer broken off: %s", resp.StatusCode, failure(err))}
	}
	var outcome payment.Outcome
	card.Reveal(func(_, code []byte) { outcome = classify(resp.StatusCode, answer, code) })
	if id := evidenceText(resp.Header.Get("X-Request-Id"), nil); id != "" && len(id) < 80 {
		outcome.Evidence += ` request="` + id + `"`
	}
	return outcome
}

func notSent(why payment.Refusal, evidence string) payment.Outcome {
	return payment.Outcome{State: payment.NotSent, Refusal: why, Evidence: evidence}
}

// failure names the class of a transport error. Its text is not used: it can
// quote what the other side sent.
func failure(err error) string {
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.Is(err, errTooBig):
		return "more than 1 MiB"
	case errors.Is(err, context.DeadlineExceeded):
		return "deadline exceeded"
	case errors.Is(err, context.Canceled):
		return "cancelled"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection closed"
	case errors.As(err, &dns):
		return "host not found"
	case errors.As(err, &op):
		return op.Op + " failed"
	}
	return "transport error"
}

// amountFields are the lines of a charge as the upstream wants them.
type amountFields struct {
	copay, appointment string // both or none
	claims             string // JSON text, or empty
}

// amounts checks the charge and writes its lines.
//
// One POST carries copayamount with its appointmentid, and claimpayment. It
// never carries otheramount: it is not known whether the three are additive
// (athena-api.md (b)3), and if otheramount is, sending the sum there beside
// claimpayment would charge it twice.
//
// appointmentid goes with copayamount only. The parameter's text ties it to
// the copay, the workflow page to otheramount ((b)4); without otheramount both
// readings come to the same.
//
// allowduplicatepayments is never sent: whatever check the upstream has stays
// on ((b)2).
func amounts(charge payment.Charge) (amountFields, error) {
	var f amountFields
	if err := charge.Validate(); err != nil {
		return f, err
	}
	var claims []string
	for _, l := range charge.Lines {
		if !reference(l.Number) {
			return f, errors.New("charge: number is not the upstream's")
		}
		if l.Kind == payment.Copay {
			f.copay, f.appointment = l.Amount.String(), l.Number
			continue
		}
		// A list of objects with one key each, not one object (6, trap of NET).
		claims = append(claims, `{"`+l.Number+`":"`+l.Amount.String()+`"}`)
	}
	if len(claims) > 0 {
		f.claims = "[" + strings.Join(claims, ",") + "]"
	}
	return f, nil
}

// What the upstream takes of the two texts, in characters; the caller has to
// cut them (athena-api.md 2, card fields).
const (
	maxName    = 30
	maxAddress = 20
)

// collectForm writes the request's body into one slice that is made large
// enough at the start, so that no copy of the card is left behind by growing.
func collectForm(p payment.Patient, lines amountFields, card *payment.Card) []byte {
	name, address := cut(card.Name, maxName), cut(card.Address, maxAddress)
	texts := len(name) + len(address) + len(card.ZIP) + len(lines.claims) + len(lines.copay) + len(lines.appointment)
	// 512 covers names, number, code and all digits; a byte becomes at most three.
	form := make([]byte, 0, 512+3*texts)
	field := func(name string, value ...byte) {
		if len(form) > 0 {
			form = append(form, '&')
		}
		form = append(form, name...)
		form = append(form, '=')
		form = escape(form, value)
	}
	field("departmentid", []byte(strconv.Itoa(p.Department))...)
	field("ecommercemode", []byte("true")...)
	card.Reveal(func(number, code []byte) {
		field("accountnumber", number...)
		// Documented as an integer, which would lose leading zeros: text.
		field("cardsecuritycode", code...)
	})
	month := int(card.Expiry.Month)
	field("expirationmonthmm", byte('0'+month/10), byte('0'+month%10))
	field("expirationyearyyyy", []byte(strconv.Itoa(card.Expiry.Year))...)
	field("nameoncard", []byte(name)...)
	field("billingaddress", []byte(address)...)
	field("billingzip", []byte(card.ZIP)...)
	if lines.copay != "" {
		field("copayamount", []byte(lines.copay)...)
		field("appointmentid", []byte(lines.appointment)...)
	}
	if lines.claims != "" {
		field("claimpayment", []byte(lines.claims)...)
	}
	return form
}

// cut is the first n characters of s.
func cut(s string, n int) string {
	r := []rune(s)
	return strings.TrimSpace(string(r[:min(len(r), n)]))
}

// escape appends value percent-encoded. url.QueryEscape would make strings of
// the card, which cannot be cleared.
func escape(dst, value []byte) []byte {
	const hex = "0123456789ABCDEF"
	for _, c := range value {
		if digit(c) || letter(c) || c == '-' || c == '.' || c == '_' || c == '~' {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', hex[c>>4], hex[c&15])
		}
	}
	return dst
}
