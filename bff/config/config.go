// Package config reads the server's configuration from the environment.
//
// Variables is the one list of what can be set. Read, the help of the command
// and the table in docs/operations.md are made from it.
package config

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Config is what the environment says. What a package of its own understands
// (the portals file, the database's address) is passed on as it stands.
type Config struct {
	Addr, MetricsAddr  string
	Origin             string
	Database           string
	AthenaURL          string
	AthenaClientID     string
	AthenaClientSecret string
	Portals            string // path of the portals file
	Checkpoints        string // directory; empty: none
	ReceiptDelay       time.Duration
	DrainDelay         time.Duration // 0: connections are refused at once
	ExplainLaunches    bool
	ClientHeader       string         // empty: clients' addresses are not known
	Proxies            []netip.Prefix // whose header is believed
	Keys               [][]byte       // the first signs, all verify
}

// Error names the variable that is wrong.
type Error struct {
	Name  string
	Cause error
}

func (e *Error) Error() string { return e.Name + ": " + e.Cause.Error() }
func (e *Error) Unwrap() error { return e.Cause }

// ErrMissing is the cause for a required variable that is not set.
var ErrMissing = errors.New("is not set; see paypane -h")

// Read reads and checks the configuration. The error joins an *Error for each
// variable that is missing or wrong, in the order of the list. It never repeats
// a secret.
func Read(env func(string) string) (Config, error) {
	var c Config
	var wrong []error
	for _, v := range variables {
		text := cmp.Or(env(v.Name), v.Default)
		if text == "" {
			if v.Required && (v.Or == "" || env(v.Or) == "") {
				wrong = append(wrong, &Error{v.Name, ErrMissing})
			}
			continue
		}
		if err := v.set(&c, text); err != nil {
			wrong = append(wrong, &Error{v.Name, err})
		}
	}
	for name, lone := range map[string]bool{ClientHeader: c.ClientHeader == "" && len(c.Proxies) > 0, Proxies: c.ClientHeader != "" && len(c.Proxies) == 0} {
		if lone && env(name) == "" {
			wrong = append(wrong, &Error{name, errors.New("is not set, and the other of the two is of no use without it")})
		}
	}
	return c, errors.Join(wrong...)
}

// Unknown are the names in an environment, as os.Environ gives it, that look like
// variables of this program and are none: mistyped, most of all. They are no error,
// because an orchestrator may make some of its own for a service called paypane.
func Unknown(environ []string) (names []string) {
	for _, setting := range environ {
		name, _, _ := strings.Cut(setting, "=")
		if strings.HasPrefix(name, "PAYPANE_") && !slices.ContainsFunc(variables, func(v Variable) bool { return v.Name == name }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// headerLetters are those of a header's name.
const headerLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"

// readNetworks reads networks, or single addresses.
func readNetworks(text string) (all []netip.Prefix, err error) {
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
		network, err := netip.ParsePrefix(part)
		if err != nil {
			address, err := netip.ParseAddr(part)
			if err != nil {
				return nil, fmt.Errorf("%q is not a network like 10.0.0.0/8", part)
			}
			network = netip.PrefixFrom(address, address.BitLen())
		}
		if network.Bits() == 0 {
			return nil, fmt.Errorf("%q is everybody, who could then write any address", part)
		}
		all = append(all, network.Masked())
	}
	return all, nil
}

// AllowsDumps reports whether the process may leave core dumps. It is asked
// before anything else is read, and for every command.
func AllowsDumps(env func(string) string) bool { return env(CoreDumps) != "" }

// leastReceiptDelay is the least that can be meant by ReceiptDelay: so long the
// server itself waits for the upstream to end its work.
const leastReceiptDelay = 30 * time.Second

func readReceiptDelay(text string) (time.Duration, error) {
	delay, err := time.ParseDuration(text)
	if err != nil {
		return 0, errors.New("is not a length of time like 30m")
	}
	if delay < leastReceiptDelay {
		return 0, fmt.Errorf("is less than %s: it has to cover the time that the practice's API works on a payment and the time until its receipts list it, or a payment that was taken is called \"not taken\"", leastReceiptDelay)
	}
	return delay, nil
}

// readSecret reads a file that holds a secret.
func readSecret(file string) (string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	secret := strings.TrimSpace(string(content))
	if secret == "" {
		return "", errors.New("the file is empty")
	}
	return secret, nil
}

// ReadKeys reads secrets, or the file that holds them: what is not a list of
// keys is taken for a path. Errors do not repeat what was given.
func ReadKeys(text string) ([][]byte, error) {
	keys, err := decodeKeys(text)
	if err == nil {
		return keys, nil
	}
	content, fileErr := os.ReadFile(strings.TrimPrefix(text, "file:"))
	if fileErr != nil {
		return nil, fmt.Errorf("%w, and it is not a file that can be read", err)
	}
	return decodeKeys(string(content))
}

func decodeKeys(text string) ([][]byte, error) {
	var keys [][]byte
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
		key, err := base64.StdEncoding.DecodeString(part)
		if err != nil {
			return nil, errors.New("a key is not base64")
		}
		if len(key) < 32 {
			return nil, errors.New("a key has fewer than 32 bytes; make one with: openssl rand -base64 32")
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, errors.New("holds no key")
	}
	return keys, nil
}
