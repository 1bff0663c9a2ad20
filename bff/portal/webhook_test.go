package portal

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A webhook that nothing could be sent with, or that would be sent in the clear, is
// refused at the start, by the entry that is wrong.
func TestWebhooks(t *testing.T) {
	t.Parallel()
	secret := func(bytes int) string {
		return "whsec_" + base64.StdEncoding.EncodeToString(make([]byte, bytes))
	}
	const address = "https://portal.harbor.example/hook?tenant=7"
	for _, row := range []struct{ url, secrets, wrong string }{
		{address, secret(32), ""},
		{address, secret(24) + "\n" + secret(64) + "\n\n", ""},
		{"http://127.0.0.1:9000/hook", secret(32), ""},
		{"", secret(32), "url is missing"},
		{"http://portal.harbor.example/hook", secret(32), "url: "},
		{"ftp://portal.harbor.example/hook", secret(32), "url: "},
		{"/hook", secret(32), "url: "},
		{"https://", secret(32), "url: "},
		{"https://user:pass@portal.harbor.example/", secret(32), "url: "},
		{address + "#part", secret(32), "url: "},
		{address, "", "is empty"},
		{address, secret(23), "secret 1 is not"},
		{address, secret(65), "secret 1 is not"},
		{address, strings.TrimPrefix(secret(32), "whsec_"), "secret 1 is not"},
		{address, secret(32) + "\nwhsec_none!", "secret 2 is not"},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "secrets"), []byte(row.secrets), 0o600); err != nil {
			t.Fatal(err)
		}
		w := Webhook{URL: row.url, SecretFile: "secrets"}
		err := w.check(dir)
		switch {
		case row.wrong == "" && (err != nil || len(w.Secrets) != len(strings.Fields(row.secrets))):
			t.Errorf("%q: %v, %d secrets", row.url, err, len(w.Secrets))
		case row.wrong != "" && (err == nil || !strings.Contains(err.Error(), row.wrong)):
			t.Errorf("%q %q: %v", row.url, row.secrets, err)
		}
		if err != nil && strings.Contains(err.Error(), "none!") {
			t.Errorf("the error tells the secret: %v", err)
		}
	}
	for _, file := range []string{"", "nowhere"} {
		if err := (&Webhook{URL: address, SecretFile: file}).check(t.TempDir()); err == nil || !strings.Contains(err.Error(), "secret_file") {
			t.Errorf("%q: %v", file, err)
		}
	}
}
