package athena

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"

	"paypane/web/payment"
)

// write is a request that changes something, and what its answer must say.
type write struct {
	op     string
	method string // empty: POST
	path   string
	query  url.Values
	// card is what is paid or stored with; its code is kept out of the evidence.
	card *payment.Card
	code payment.Secret // likewise, without a card
	// body makes the request's body when there is a token to send it with; it
	// is overwritten when it is sent. nil: no body.
	body        func() payment.Secret
	contentType string // empty: a form
	reply       reply
}

// send is the one way by which anything is changed upstream: at most once,
// over a connection of its own, with a body that can be read once, without
// retry and redirect. Everything that moves or books money goes through here.
//
// Until there is a connection, an end of ctx stops the write, which is then
// proved not to be sent. From then on a cancellation has no say: a request that
// has left cannot be called back, and to stop listening only makes its outcome
// unknown.
//
// The deadline of ctx still counts then: no byte of the request leaves after it,
// even when the process or the machine was stopped on the way (sendDeadline). A
// write of which no byte has left is proved not to be sent. One of which some
// bytes have left is unknown: what is longer than a piece (exchange.go) leaves
// in several, and it is the last byte that makes the upstream act. So a caller
// that recorded its intent at a known moment, and took the deadline from it,
// knows when no charge can come any more. Without a deadline that moment is
// payDeadline after the token is there.
func (c *Client) send(ctx context.Context, w write) payment.Write {
	start := time.Now()
	result := c.sendOnce(ctx, w)
	result.Op = w.op
	c.log.Info("athena call", "op", w.op, "state", result.State, "took", time.Since(start))
	c.told(w.op, string(result.State), time.Since(start))
	return result
}

func (c *Client) sendOnce(ctx context.Context, w write) payment.Write {
	if l := c.daily.now(); l.Exhausted() {
		return notSent(payment.RefusedBusy, payment.FaultOurs, evidenceText(dailyError(w.op, l).Error(), nil))
	}
	// The token comes first: nothing of the card exists yet if there is none.
	access, err := c.tokens.token(ctx)
	if err != nil {
		return noToken(err)
	}
	if ctx.Err() != nil {
		return notSent("", payment.FaultNetwork, "no connection: "+failure(ctx.Err()))
	}

	sending, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.payDeadline)
	defer cancel()
	deadline := newSendDeadline(ctx, c.now, c.payDeadline)
	defer context.AfterFunc(ctx, func() {
		if !deadline.hasConnection() {
			cancel()
		}
	})()
	sending = context.WithValue(sending, sendDeadlineKey{}, deadline)
	sending = httptrace.WithClientTrace(sending, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { deadline.connect() },
	})
	body, req, err := w.request(sending, c.base)
	if body != nil {
		defer body.Close()
	}
	if err != nil {
		return notSent(payment.RefusedByUpstream, payment.FaultOurs, "request cannot be built")
	}
	req.Header.Set("Authorization", "Bearer "+access)
	req.Header.Set("Accept", "application/json")

	asked := c.now()
	if deadline.missed() {
		return tooLate()
	}
	resp, err := c.money.Do(req)
	if err != nil {
		// That no connection was seen proves it where the transport tells of
		// connections or there is a body that would have been read.
		untouched := c.traced
		if body != nil {
			untouched = !body.touched()
		}
		if !deadline.hasConnection() && untouched {
			return notSent("", payment.FaultNetwork, "no connection: "+failure(err))
		}
		// Connections of a foreign transport do not ask, so nothing is proved.
		if c.traced && deadline.missed() {
			return tooLate()
		}
		return payment.Write{State: payment.WriteUnknown, Fault: payment.FaultNetwork, Evidence: "no answer: " + failure(err)}
	}
	defer resp.Body.Close()
	c.observeLimits(asked, resp)
	answer, err := readTidily(resp.Body, maxAnswer)
	defer clear(answer)
	if resp.StatusCode == http.StatusUnauthorized {
		c.refused(w.path, access, answer) // for later calls; this one is over
	} else {
		c.answered(w.path, resp.StatusCode)
	}
	if err != nil {
		return payment.Write{State: payment.WriteUnknown, Fault: payment.FaultNetwork,
			Evidence: fmt.Sprintf("http %d, answer broken off: %s", resp.StatusCode, failure(err))}
	}
	var result payment.Write
	judge := func(number, code []byte) {
		overwrite(answer, number)
		result = w.reply.classify(resp.StatusCode, answer, code)
	}
	if w.card != nil {
		w.card.Reveal(judge)
	} else {
		judge(nil, w.code.Bytes())
	}
	if id := evidenceText(resp.Header.Get("X-Request-Id"), nil); id != "" && len(id) < 80 {
		result.Evidence += ` request="` + id + `"`
	}
	return result
}

// request makes the request and the body it will be read from.
func (w write) request(ctx context.Context, base string) (*onceBody, *http.Request, error) {
	var body *onceBody
	var reader io.Reader
	if w.body != nil {
		body = &onceBody{form: w.body()}
		reader = body
	}
	method := w.method
	if method == "" {
		method = http.MethodPost
	}
	address := base + w.path
	if len(w.query) > 0 {
		address += "?" + w.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, address, reader)
	if err != nil {
		return body, nil, err
	}
	req.GetBody = nil
	if body != nil {
		req.ContentLength = int64(len(body.form.Bytes()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if w.contentType != "" {
			req.Header.Set("Content-Type", w.contentType)
		}
	}
	return body, req, nil
}

// noToken is a write that had no token to be sent with.
func noToken(err error) payment.Write {
	result := notSent("", payment.FaultNetwork, evidenceText(err.Error(), nil))
	if e, ok := errors.AsType[*Error](err); ok {
		result.Fault = e.Fault
		if e.limited {
			result.Refusal = payment.RefusedBusy
		}
		switch e.Status {
		case http.StatusTooManyRequests:
			result.Refusal = payment.RefusedBusy
		case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden:
			result.Refusal = payment.RefusedByUpstream
		}
	}
	return result
}

// refused is a write that our own rules stop before anything is sent.
func refused(op, why string) payment.Write {
	w := notSent(payment.RefusedByUpstream, payment.FaultOurs, why)
	w.Op = op
	return w
}

// tooLate is a write of which nothing had left when its deadline passed.
func tooLate() payment.Write {
	return notSent("", payment.FaultNetwork, errTooLate.Error())
}

func notSent(why payment.Refusal, fault payment.Fault, evidence string) payment.Write {
	return payment.Write{State: payment.WriteNotSent, Refusal: why, Fault: fault, Evidence: evidence}
}

// failure names the class of a transport error. Its text is not used: it can
// quote what the other side sent.
func failure(err error) string {
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.Is(err, errTooBig):
		return "more than 1 MiB"
	case errors.Is(err, errTooLate):
		return "too late to send all"
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
