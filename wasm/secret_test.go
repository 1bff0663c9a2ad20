//go:build !js

package main

import (
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Cards that are typed, in good forms and in wrong boxes, leave no trace but in
// the one request that pays: not in the files of the ledger, not in the log,
// not in any answer to the browser, not in any other request to the upstream.
func TestCardsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	const code = "9173"
	for mode, script := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			// The last leaves its bill in doubt, and nothing more can be paid of it.
			numbers := []string{"4111111111111111", "5555555555554444", "378282246310005", "4000000000000002", "4000000000009011"}
			b := open(t, w, script)
			b.allow("status of 4")
			b.signIn(w, 40220)
			b.chooseAmount("2")
			b.ready()
			wrong := good("378282246310005")
			wrong.name, wrong.address, wrong.email, wrong.code = "4111 1111 1111 1111", "5555555555554444", "4000000000009011@x.example", code
			b.fillCard(wrong)
			b.click("#pay")
			b.until(`document.title.startsWith("Error: ")`)
			for _, number := range numbers {
				b.signIn(w, 40220)
				b.chooseAmount("2")
				b.ready()
				c := good(number)
				if c.code = code[:3]; strings.HasPrefix(number, "37") {
					c.code = code
				}
				b.fillCard(c)
				b.click("#pay")
				b.outcome()
			}
			if n := w.sim.Count("collectpayment"); n != 5 {
				t.Fatalf("%d cards were sent, not 5", n)
			}
			files, err := filepath.Glob(filepath.Join(w.dir, "paypane.db*"))
			if err != nil || len(files) == 0 {
				t.Fatal("no ledger", err)
			}
			places := map[string]string{"the log": w.logs.String(), "the traffic": w.wire.String()}
			for _, name := range files {
				content, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				places[filepath.Base(name)] = string(content)
			}
			for place, content := range places {
				if len(content) == 0 && place != "paypane.db-wal" {
					t.Errorf("%s is empty: nothing was looked at", place)
				}
				for _, secret := range append(numbers, code) {
					for _, form := range forms(secret) {
						if strings.Contains(content, form) {
							t.Errorf("%s holds %q", place, form)
						}
					}
				}
			}
		})
	}
}

// forms are the ways in which a number could have been written down. A security
// code is so short that only its plain form means anything.
func forms(secret string) []string {
	if len(secret) < 12 {
		return []string{"code=" + secret, `"` + secret + `"`, ">" + secret + "<", " " + secret + " "}
	}
	spaced := secret[:4] + " " + secret[4:8]
	return []string{secret, spaced, strings.ReplaceAll(spaced, " ", "+"), strings.ReplaceAll(spaced, " ", "%20"), strings.ReplaceAll(spaced, " ", "-"),
		base64.StdEncoding.EncodeToString([]byte(secret))[:14], hex.EncodeToString([]byte(secret))}
}
