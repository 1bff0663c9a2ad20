package session

import (
	"bytes"
	"testing"
	"time"

	"pgregory.net/rapid"

	"paypane/bff/ledger"
	"paypane/bff/staff"
)

// However often and however late a provider says that somebody is out, each session
// that began before is over for as long as it can last, and no other is; what is
// forgotten meanwhile was over anyhow.
func TestWhomTheProviderSignedOut(t *testing.T) {
	t.Parallel()
	const issuer = "https://login.harbor.example"
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(rapid.Int64Range(1_790_000_000, 1_800_000_000).Draw(t, "begin"), 0)
		book := ledger.NewMemory(func() time.Time { return now })
		store, err := NewStore(book, [][]byte{bytes.Repeat([]byte{7}, 32)}, nil, func() time.Time { return now }, true)
		if err != nil {
			t.Fatal(err)
		}
		type begun struct {
			who  Session
			at   time.Time
			over bool
		}
		var sessions []begun
		sub, sid := rapid.SampledFrom([]string{"ana", "bo"}), rapid.SampledFrom([]string{"", "s-1", "s-2"})
		t.Repeat(map[string]func(*rapid.T){
			"sign in": func(t *rapid.T) {
				now = now.Add(time.Second)
				who := Session{SID: sid.Draw(t, "sid")}
				who.Staff = staff.Person{Issuer: issuer, Subject: sub.Draw(t, "sub")}
				sessions = append(sessions, begun{who: who, at: now})
			},
			"the provider says that somebody is out": func(t *rapid.T) {
				person, id := sub.Draw(t, "sub"), sid.Draw(t, "sid")
				if err := (Desk{Store: store}).EndAt(t.Context(), issuer, person, id); err != nil {
					t.Fatal(err)
				}
				for i := range sessions {
					if s := &sessions[i]; id == "" && s.who.Staff.Subject == person || id != "" && s.who.SID == id {
						s.over = true
					}
				}
			},
			"time passes": func(t *rapid.T) {
				now = now.Add(time.Duration(rapid.Int64Range(1, int64(7*time.Hour/time.Second)).Draw(t, "seconds")) * time.Second)
			},
			"what expired is forgotten": func(t *rapid.T) {
				if _, err := book.Prune(t.Context(), now); err != nil {
					t.Fatal(err)
				}
			},
			"": func(t *rapid.T) {
				for _, s := range sessions {
					if now.Sub(s.at) >= DeskAbsolute {
						continue
					}
					if gone, err := store.gone(t.Context(), s.who, s.at); err != nil || gone != s.over {
						t.Fatalf("%s of %s, begun at %v, at %v: %t, %v", s.who.SID, s.who.Staff.Subject, s.at, now, gone, err)
					}
				}
			},
		})
	})
}
