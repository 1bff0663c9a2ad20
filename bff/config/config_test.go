package config

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

var right = map[string]string{
	Origin: "https://pay.example", Database: "sqlite:paypane.db", AthenaURL: "https://api.example",
	AthenaClientID: "id", AthenaClientSecret: "very secret", Portals: "portals.toml",
	Keys: base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{250}, 32)),
}

// with is the right configuration, changed.
func with(changes map[string]string) func(string) string {
	return func(name string) string {
		if text, changed := changes[name]; changed {
			return text
		}
		return right[name]
	}
}

// named are the variables that an error names.
func named(err error) (names []string) {
	if err == nil {
		return nil
	}
	for _, each := range err.(interface{ Unwrap() []error }).Unwrap() {
		var wrong *Error
		if errors.As(each, &wrong) {
			names = append(names, wrong.Name)
		}
	}
	return names
}

func TestRead(t *testing.T) {
	c, err := Read(with(nil))
	if err != nil {
		t.Fatal(err)
	}
	want := Config{Addr: "localhost:8080", Origin: "https://pay.example", Database: "sqlite:paypane.db", AthenaURL: "https://api.example",
		AthenaClientID: "id", AthenaClientSecret: "very secret", Portals: "portals.toml", ReceiptDelay: 30 * time.Minute, DrainDelay: 5 * time.Second, Keys: [][]byte{bytes.Repeat([]byte{250}, 32)}}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("%+v", c)
	}
	c, err = Read(with(map[string]string{Addr: ":1", MetricsAddr: ":2", Checkpoints: "there", ReceiptDelay: "30s", ExplainLaunches: "true", CoreDumps: "1",
		ClientHeader: "X-Forwarded-For", Proxies: "10.1.0.0/16, 2001:db8::7"}))
	if err != nil || c.ClientHeader != "X-Forwarded-For" || fmt.Sprint(c.Proxies) != "[10.1.0.0/16 2001:db8::7/128]" || c.Addr != ":1" || c.MetricsAddr != ":2" || c.Checkpoints != "there" || c.ReceiptDelay != 30*time.Second || !c.ExplainLaunches {
		t.Errorf("%v, %+v", err, c)
	}
}

// What looks like a variable and is none is named, and nothing of what it was set to.
func TestUnknown(t *testing.T) {
	names := Unknown([]string{"HOME=/root", Keys + "=secret", "PAYPANE_KEY=secret", "PAYPANE_METRIC_ADDR=:1", "PAYPANE=", "OTHER_PAYPANE_KEYS=x"})
	if !reflect.DeepEqual(names, []string{"PAYPANE_KEY", "PAYPANE_METRIC_ADDR"}) {
		t.Errorf("%q", names)
	}
	if names := Unknown([]string{Origin + "=https://pay.example"}); names != nil {
		t.Errorf("%q", names)
	}
}

// What is missing and what is wrong is named at once, and no secret is told.
func TestReadNamesAllThatIsWrong(t *testing.T) {
	_, err := Read(func(string) string { return "" })
	var required []string
	for _, v := range Variables() {
		if v.Required {
			required = append(required, v.Name)
		}
	}
	if !reflect.DeepEqual(named(err), required) || !errors.Is(err, ErrMissing) {
		t.Errorf("with nothing: %v", err)
	}
	_, err = Read(with(map[string]string{Portals: "", Keys: "bm8gc2VjcmV0", CoreDumps: "yes"}))
	for wrong, text := range map[string]map[string]string{
		Proxies:      {ClientHeader: "X-Forwarded-For"},
		ClientHeader: {Proxies: "10.0.0.0/8"},
	} {
		if _, err := Read(with(text)); !reflect.DeepEqual(named(err), []string{wrong}) {
			t.Errorf("%v: %v", text, err)
		}
	}
	for _, networks := range []string{"10.0.0.0/99", "proxy.example", "0.0.0.0/0"} {
		if _, err := Read(with(map[string]string{ClientHeader: "X-Forwarded-For", Proxies: networks})); named(err)[0] != Proxies {
			t.Errorf("%s: %v", networks, err)
		}
	}
	if got := named(err); !reflect.DeepEqual(got, []string{Portals, Keys, CoreDumps}) || strings.Contains(err.Error(), "bm8gc2VjcmV0") {
		t.Errorf("%v", err)
	}
}

// The secret may stand in a file, which wins.
func TestSecretFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("from the file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, beside := range []string{"", "very secret"} {
		c, err := Read(with(map[string]string{AthenaClientSecret: beside, AthenaClientSecretFile: file}))
		if err != nil || c.AthenaClientSecret != "from the file" {
			t.Errorf("beside %q: %v, %q", beside, err, c.AthenaClientSecret)
		}
	}
}

// Help names and explains each variable on a screen of 100 columns.
func TestHelp(t *testing.T) {
	help := Help()
	for _, v := range Variables() {
		if !strings.Contains(help, "\n"+v.Name+" ") && !strings.HasPrefix(help, v.Name+" ") {
			t.Errorf("without %s", v.Name)
		}
	}
	for line := range strings.Lines(help) {
		if len(line) > 101 {
			t.Errorf("too long: %s", line)
		}
	}
}

// The documentation has the list as it is.
func TestTheDocumentationHasTheVariables(t *testing.T) {
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "\n"+Markdown()+"\n") {
		t.Errorf("docs/operations.md does not have this table:\n%s", Markdown())
	}
}
