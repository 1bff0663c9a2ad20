package athena

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	maxAnswer   = 1 << 20 // bytes; the largest answer recorded has about 100 kB
	maxFile     = 8 << 20 // bytes of a PDF
	readRetries = 2       // tries of a read after the first
)

// read is a GET.
type read struct {
	op, path string
	query    url.Values
	accept   string // empty: application/json
	limit    int64  // bytes of the answer; 0: maxAnswer
	// stream reads the answer value by value; nil: it is read as a whole. It is
	// called again for each try.
	stream func(*stream) error
	// brief says that a try that timed out is not repeated, because the caller has
	// a smaller read to fall back on.
	brief bool
}

// document is an answer's body and what it says it is.
type document struct {
	media string // without parameters, lower case
	body  []byte
}

// get reads path as JSON.
func (c *Client) get(ctx context.Context, op, path string, query url.Values) ([]byte, error) {
	d, err := c.read(ctx, read{op: op, path: path, query: query})
	return d.body, err
}

// read reads, trying again where that can help and the budget allows it.
func (c *Client) read(ctx context.Context, r read) (document, error) {
	path := r.path
	if len(r.query) > 0 {
		path += "?" + r.query.Encode()
	}
	ctx, cancel := c.waited(ctx, r)
	defer cancel()
	c.retries.earn()
	refreshed := false
	for try := 0; ; {
		d, again, err := c.call(ctx, r, func(ctx context.Context) (*http.Request, error) {
			return http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
		})
		var e *Error
		if err == nil || !errors.As(err, &e) {
			return d, err
		}
		switch {
		case ctx.Err() != nil, r.brief && errors.Is(err, context.DeadlineExceeded):
			return document{}, err
		case again && !refreshed:
			refreshed = true
			continue
		case try == readRetries || e.limited || e.Fault != FaultNetwork && e.Status < 500 || !c.retries.spend():
			return document{}, err
		}
		try++
		base := 50 * time.Millisecond << try
		if c.wait(ctx, base+rand.N(base)) != nil {
			return document{}, err
		}
	}
}

// waited ends a read, with all its tries, when whoever waits for it is told that there
// is no answer. One that has a smaller read to fall back on leaves time for that.
func (c *Client) waited(ctx context.Context, r read) (context.Context, context.CancelFunc) {
	if c.until == nil {
		return ctx, func() {}
	}
	until, waits := c.until(ctx)
	if !waits {
		return ctx, func() {}
	}
	if r.brief {
		until = until.Add(-time.Until(until) * 2 / 5)
	}
	return context.WithDeadline(ctx, until)
}

// call makes one request with a token and returns a 200. again is true where
// the token was refused and another one may not be.
func (c *Client) call(ctx context.Context, r read, build func(context.Context) (*http.Request, error)) (d document, again bool, err error) {
	if l := c.daily.now(); l.Exhausted() {
		return d, false, dailyError(r.op, l)
	}
	ctx, cancel := context.WithTimeout(ctx, c.readDeadline)
	defer cancel()
	token, err := c.tokens.token(ctx)
	if err != nil {
		var e *Error
		if errors.As(err, &e) {
			return d, false, &Error{Op: r.op, Fault: e.Fault, Status: e.Status, Message: e.Message, Detail: "no token", err: err, limited: e.limited}
		}
		return d, false, networkError(r.op, err)
	}
	req, err := build(ctx)
	if err != nil {
		return d, false, &Error{Op: r.op, Fault: FaultOurs, Message: "request cannot be built", err: err}
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Accept", "application/json")
	if r.accept != "" {
		req.Header.Set("Accept", r.accept)
	}
	limit := r.limit
	if limit == 0 {
		limit = maxAnswer
	}
	start, asked := time.Now(), c.daily.clock()
	resp, err := c.reads.Do(req)
	if err != nil {
		c.log.Warn("athena call failed", "op", r.op, "took", time.Since(start))
		c.told(r.op, "none", time.Since(start))
		return d, false, networkError(r.op, err)
	}
	defer resp.Body.Close()
	defer func() { c.told(r.op, strconv.Itoa(resp.StatusCode), time.Since(start)) }()
	c.observeLimits(asked, resp)
	if r.stream != nil && resp.StatusCode == http.StatusOK {
		source := &measured{r: resp.Body, left: maxStream}
		wrong := r.stream(newStream(source))
		c.log.Debug("athena call", "op", r.op, "status", resp.StatusCode, "took", time.Since(start))
		c.answered(req.URL.Path, resp.StatusCode)
		switch {
		case wrong == nil:
			return d, false, nil
		case source.err != nil && !errors.Is(source.err, errTooBig):
			return d, false, networkError(r.op, source.err)
		}
		return d, false, upstreamError(r.op, wrong)
	}
	d.body, err = readAnswer(resp.Body, limit)
	d.media, _, _ = mime.ParseMediaType(resp.Header.Get("Content-Type"))
	c.log.Debug("athena call", "op", r.op, "status", resp.StatusCode, "took", time.Since(start))
	if resp.StatusCode == http.StatusUnauthorized {
		again = c.refused(req.URL.Path, token, d.body)
	} else {
		c.answered(req.URL.Path, resp.StatusCode)
	}
	switch {
	case resp.StatusCode != http.StatusOK:
		return document{}, again, answerError(r.op, resp.StatusCode, d.body)
	case errors.Is(err, errTooBig):
		return document{}, false, upstreamError(r.op, err)
	case err != nil:
		return document{}, false, networkError(r.op, err)
	}
	return d, false, nil
}

var errTooBig = errors.New("answer is too big")

// readAnswer reads an answer up to the limit of bytes.
func readAnswer(r io.Reader, limit int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(body)) > limit {
		return nil, errTooBig
	}
	return body, err
}
