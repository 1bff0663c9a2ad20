//go:build !js

package web_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"paypane/web"
	programs "paypane/web/told"
)

// The programs read every page as encoding/json does, which has written it.
func TestProgramReadsWhatTheServerWrites(t *testing.T) {
	for _, text := range hostile {
		for name, v := range views(text) {
			var page bytes.Buffer
			if err := web.JSON(&page, v); err != nil {
				t.Fatal(err)
			}
			var want, got web.View
			if err := json.Unmarshal(page.Bytes(), &want); err != nil {
				t.Fatal(err)
			}
			if err := programs.Read(page.String(), &got); err != nil {
				t.Fatalf("%s with %q: %v", name, text, err)
			}
			wanted, err := json.Marshal(want)
			if err != nil {
				t.Fatal(err)
			}
			read, err := json.Marshal(got)
			if err != nil || !bytes.Equal(read, wanted) {
				t.Fatalf("%s with %q: %v\n%s\n%s", name, text, err, read, wanted)
			}
		}
	}
}
