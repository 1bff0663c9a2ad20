package athena

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"paypane/web/payment"
)

// An answer may repeat the card; nothing of it is left where it was read to.
func TestAnswerIsOverwritten(t *testing.T) {
	const number = "4111111111111111"
	for _, spelled := range []string{number, "4111 1111 1111 1111", "4111-1111-1111-1111", "4111.1111.1111.1111", number + number, "1" + number + "4", "4" + number} {
		answer := []byte(`{"a":"` + spelled + `","b":4111}`)
		overwrite(answer, []byte(number))
		digits := strings.NewReplacer(" ", "", "-", "", ".", "").Replace(string(answer))
		if strings.Contains(digits, number) {
			t.Errorf("%s: %s", spelled, answer)
		}
		if !strings.HasSuffix(string(answer), `","b":4111}`) {
			t.Errorf("%s: too much is overwritten: %s", spelled, answer)
		}
	}
	overwrite([]byte("x"), nil)
}

// What a write reads is cleared where it was read to, and what it outgrew.
func TestReadTidilyClears(t *testing.T) {
	const text = "4111111111111111 "
	for _, n := range []int{1, 300, 5000} {
		seen := &peeking{from: strings.NewReader(strings.Repeat(text, n))}
		got, err := readTidily(seen, len(text)*n)
		if err != nil || len(got) != len(text)*n {
			t.Fatalf("%d bytes, %v", len(got), err)
		}
		clear(got)
		for _, b := range seen.into {
			if bytes.Contains(b, []byte("4111")) {
				t.Errorf("%d: %d bytes are left", n, len(b))
			}
		}
		if _, err := readTidily(strings.NewReader(strings.Repeat(text, n)), len(text)*n-1); !errors.Is(err, errTooBig) {
			t.Errorf("%d: %v", n, err)
		}
	}
}

type peeking struct {
	from io.Reader
	into [][]byte
}

func (p *peeking) Read(b []byte) (int, error) {
	n, err := p.from.Read(b)
	p.into = append(p.into, b[:n])
	return n, err
}

// Interim answers are passed over, up to a number; a header has a limit, and an
// answer that changes the protocol is none.
func TestCollectInterimAnswers(t *testing.T) {
	const final = "HTTP/1.1 200 OK\r\nContent-Length: 37\r\n\r\n[{\"success\":true,\"epaymentid\":61235}]"
	for raw, want := range map[string]payment.State{
		final: payment.Succeeded,
		strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 5) + final:                             payment.Succeeded,
		"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + final:                               payment.Succeeded,
		strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 2000) + final:                          payment.Unknown,
		"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n" + final:                       payment.Unknown,
		strings.Replace(final, "\r\n\r\n", "\r\nX: "+strings.Repeat("x", 2<<20)+"\r\n\r\n", 1): payment.Unknown,
		"nonsense": payment.Unknown,
	} {
		upstream := scripted(t, func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			io.WriteString(conn, raw)
		})
		if outcome := connect(t, upstream.URL).Collect(t.Context(), dana, oneClaim, cardOf(t, "4111111111111111")); outcome.State != want {
			t.Errorf("%.60q: %+v", raw, outcome)
		}
	}
}
