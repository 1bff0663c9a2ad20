package portal

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
)

// Webhook is where a portal's server is told what became of payments that were begun
// from it: the table [portal.webhook] of a portal.
type Webhook struct {
	URL string `toml:"url"` // https, or http on this machine
	// SecretFile is a file beside the portals file with the secrets that sign what is
	// sent, one a line: "whsec_" and 24 to 64 bytes in base64. All of them sign, so
	// that one can be replaced.
	SecretFile string `toml:"secret_file"`

	// Secrets are those of the file.
	Secrets [][]byte `toml:"-"`
}

// secretPrefix is how a secret begins (Standard Webhooks).
const secretPrefix = "whsec_"

// check reads the secrets and refuses what nothing can be sent with.
func (w *Webhook) check(dir string) error {
	u, err := url.Parse(w.URL)
	switch {
	case w.URL == "":
		return errors.New("url is missing")
	case err != nil || !webOrigin(u) || u.User != nil || u.Fragment != "":
		return fmt.Errorf("url: %q is not an https address", w.URL)
	case w.SecretFile == "":
		return errors.New("secret_file is missing")
	}
	file := beside(dir, w.SecretFile)
	content, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("secret_file: %w", err)
	}
	for i, line := range strings.Fields(string(content)) {
		secret, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(line, secretPrefix))
		if err != nil || !strings.HasPrefix(line, secretPrefix) || len(secret) < 24 || len(secret) > 64 {
			return fmt.Errorf("secret_file: %s: secret %d is not %s and 24 to 64 bytes in base64", file, i+1, secretPrefix)
		}
		w.Secrets = append(w.Secrets, secret)
	}
	if len(w.Secrets) == 0 {
		return fmt.Errorf("secret_file: %s is empty", file)
	}
	return nil
}
