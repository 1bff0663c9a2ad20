package proof_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"

	"paypane/bff"
	"paypane/bff/ledger"
	"paypane/bff/portal"
)

// The stage: a payment origin and one portal, which signs launches.
const (
	payOrigin    = "https://pay.example"
	portalOrigin = "https://portal.example"
	firstPatient = 7001
)

var (
	keys    = [][]byte{bytes.Repeat([]byte{7}, 32)}
	signKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
	eastern = must(time.LoadLocation("America/New_York"))
	portals = sync.OnceValue(readPortals)
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func readPortals() portal.Portals {
	dir := must(os.MkdirTemp("", "proof"))
	defer os.RemoveAll(dir)
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: signKey.Public(), KeyID: "1"}}}
	file := filepath.Join(dir, "portals.toml")
	for name, content := range map[string]string{
		"portals.toml": fmt.Sprintf("[[portal]]\nid = \"portal\"\nname = \"Harbor\"\norigins = [%q]\njwks = \"keys.json\"\npractices = [%d]\nplan_minimum = \"5.00\"\nlimits = { session = [], person = [], cards = [], patient = [], patient_cards = [], card = [], card_people = [], circuit = {} }\n", portalOrigin, practiceID),
		"keys.json":    string(must(json.Marshal(set))),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			panic(err)
		}
	}
	return must(portal.Read(file))
}

// subjects are who can be at a page, of any patient.
var subjects = []struct{ name, role string }{{"self", "patient"}, {"mother", "payer"}, {"desk", "staff"}}

// token is a launch token of now.
func token(patient, who int, id string) string {
	now := time.Now().Unix()
	part := func(v any) string { return base64.RawURLEncoding.EncodeToString(must(json.Marshal(v))) }
	input := part(map[string]string{"alg": "EdDSA", "kid": "1", "typ": "pay-launch+jwt"}) + "." + part(map[string]any{
		"iss": "portal", "aud": payOrigin, "iat": now, "exp": now + 120, "jti": id, "sub": subjects[who].name,
		"practiceid": practiceID, "departmentid": 7, "patientid": patient, "role": subjects[who].role, "email": "ada@example.org"})
	return input + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(signKey, []byte(input)))
}

// ask makes a request as a browser does it.
func ask(ctx context.Context, method, path, origin, cookie, form string, plain bool) *http.Request {
	u := must(url.Parse(path))
	u2 := *u
	r := &http.Request{Method: method, URL: &u2, Host: "pay.example", RequestURI: path, RemoteAddr: "192.0.2.1:1",
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, Body: http.NoBody}
	if !plain {
		r.Header.Set("Accept", "application/json")
		r.Header.Set("X-Paypane", "1")
	}
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	if method == http.MethodPost {
		r.Header.Set("Origin", origin)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(form)), int64(len(form))
	}
	return r.WithContext(ctx)
}

// launched is the cookie of an answer to a launch.
func launched(a *answer) string {
	cookie, _, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
	return cookie
}

// opened is a session that a launch has opened at the first moment of virtual
// time: in every scenario anew it is that moment, so its row can be put into a
// new ledger and spares the signatures.
type opened struct {
	cookie string
	row    ledger.Session
}

type openedKey struct{ patient, who int }

var opens struct {
	once sync.Once
	all  map[openedKey]opened
}

// open launches all sessions once, by real launches.
func open(t *testing.T) {
	opens.once.Do(func() {
		opens.all = map[openedKey]opened{}
		synctest.Test(t, func(t *testing.T) {
			for patient := firstPatient; patient < firstPatient+2; patient++ {
				for who := range subjects {
					seen := &sighted{Ledger: ledger.NewMemory(nil)}
					server, err := bff.New(context.Background(), bff.Config{Origin: payOrigin, Portals: portals(), Practice: desk{},
						Ledger: seen, Keys: keys, Zone: eastern, Log: slog.New(slog.DiscardHandler)})
					if err != nil {
						t.Fatal(err)
					}
					a := &answer{header: http.Header{}}
					server.ServeHTTP(a, ask(context.Background(), http.MethodPost, "/launch", portalOrigin, "", "token="+token(patient, who, "first"), true))
					if a.status != http.StatusSeeOther {
						t.Fatalf("launch: %d %s", a.status, a.body)
					}
					opens.all[openedKey{patient, who}] = opened{launched(a), seen.row}
				}
			}
		})
	})
}

// sighted remembers the last session that was made.
type sighted struct {
	Ledger
	row ledger.Session
}

func (s *sighted) CreateSession(ctx context.Context, row ledger.Session) (ledger.Session, error) {
	s.row = row
	return s.Ledger.CreateSession(ctx, row)
}
