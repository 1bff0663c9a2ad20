package main

import (
	"context"
	"crypto/rand"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/BurntSushi/toml"

	"paypane/bff/demo/portal"
)

const (
	portalID   = "harbor"
	portalName = "Harbor Family Medicine"

	startLimit = 30 * time.Second
	// A little longer than the server itself waits for payments under way.
	stopLimit = 50 * time.Second
)

// widget is the server under its own process id, so that the demo shows what is shipped.
type widget struct {
	cmd  *exec.Cmd
	at   places
	done chan struct{} // closed when the process has ended
	err  error         // how, once done is closed
}

func startWidget(path, dir string, at places, jwks []byte) (*widget, error) {
	portals, err := writePortals(dir, at, jwks)
	if err != nil {
		return nil, err
	}
	keys := make([]byte, 32)
	rand.Read(keys) // never fails
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find the server: %w", err)
	}

	cmd := exec.Command(path)
	cmd.Dir = dir
	cmd.Env = append(bareEnvironment(),
		"PAYPANE_ADDR="+at.widgetAddr(),
		"PAYPANE_ORIGIN="+at.widgetOrigin(),
		"PAYPANE_DATABASE=sqlite:"+filepath.Join(dir, "paypane.db"),
		"PAYPANE_RECEIPT_DELAY=45s",     // the simulator shows its slowest row after 20 s
		"PAYPANE_DRAIN_DELAY=0s",        // nothing balances load here
		"PAYPANE_EXPLAIN_LAUNCHES=true", // whoever tries a portal here wants to know
		"PAYPANE_ATHENA_URL="+at.simulatorOrigin(),
		"PAYPANE_ATHENA_CLIENT_ID=demo",
		"PAYPANE_ATHENA_CLIENT_SECRET=demo",
		"PAYPANE_PORTALS="+portals,
		"PAYPANE_KEYS="+base64.StdEncoding.EncodeToString(keys),
	)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	// Out of the terminal's group: Ctrl-C would reach it beside our own signal, and two signals mean "at once".
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("%s is not there: run \"make build\" first", path)
		}
		return nil, fmt.Errorf("start the server: %w", err)
	}
	w := &widget{cmd: cmd, at: at, done: make(chan struct{})}
	go func() {
		w.err = cmd.Wait()
		close(w.done)
	}()
	return w, nil
}

// bareEnvironment is ours without any setting of the server: a variable left over in the shell must not change a demo.
func bareEnvironment() []string {
	var env []string
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, "PAYPANE_") {
			env = append(env, setting)
		}
	}
	return env
}

// writePortals registers the demo portal and returns the file's path.
func writePortals(dir string, at places, jwks []byte) (string, error) {
	type entry struct {
		ID        string   `toml:"id"`
		Name      string   `toml:"name"`
		Phone     string   `toml:"phone"`
		Origins   []string `toml:"origins"`
		JWKS      string   `toml:"jwks"`
		Practices []int    `toml:"practices"`
		// For receipts, and what the practice offers.
		Address     []string `toml:"address"`
		NPI         string   `toml:"npi"`
		TaxID       string   `toml:"tax_id"`
		PlanMinimum string   `toml:"plan_minimum"`
		// The demo's visitor tries one test card after the other.
		Limits map[string][]string `toml:"limits"`
	}
	const jwksFile = portalID + ".jwks.json"
	if err := os.WriteFile(filepath.Join(dir, jwksFile), jwks, 0o600); err != nil {
		return "", fmt.Errorf("write the portal's keys: %w", err)
	}
	portals, err := toml.Marshal(map[string]any{"portal": []entry{{
		ID: portalID, Name: portalName, Phone: "617-555-0100", Origins: []string{at.portalOrigin()}, JWKS: jwksFile, Practices: []int{practice},
		Address: []string{"12 Harbor Street", "Boston, MA 02110"}, NPI: "1234567893", TaxID: "04-1234567", PlanMinimum: "25.00",
		Limits: map[string][]string{"cards": {}, "patient_cards": {}},
	}}, "desk": []any{deskEntry(at)}})
	if err != nil {
		return "", fmt.Errorf("write the portals file: %w", err)
	}
	path := filepath.Join(dir, "portals.toml")
	if err := os.WriteFile(path, portals, 0o600); err != nil {
		return "", fmt.Errorf("write the portals file: %w", err)
	}
	return path, nil
}

// ready waits until the server says that it can take payments.
func (w *widget) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for {
		if _, err := fetch(ctx, w.at.widgetOrigin()+"/readyz"); err == nil {
			return nil
		}
		select {
		case <-w.done:
			return w.died()
		case <-ctx.Done():
			return fmt.Errorf("the server is not ready after %s: see its messages above", startLimit)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// died says how the server ended by itself. Only after done.
func (w *widget) died() error {
	if w.err == nil {
		return errors.New("the server ended by itself: see its messages above")
	}
	return fmt.Errorf("the server ended (%w): see its messages above", w.err)
}

// stop lets the server finish its payments, and waits.
func (w *widget) stop() {
	_ = w.cmd.Process.Signal(syscall.SIGTERM) // it may have ended already
	select {
	case <-w.done:
	case <-time.After(stopLimit):
		fmt.Fprintln(os.Stderr, "demo: the server does not stop; killing it")
		_ = w.cmd.Process.Kill()
		<-w.done
	}
}

// pinScript is the embed script that the widget serves, with its hash.
func pinScript(ctx context.Context, widgetOrigin string) (portal.Script, error) {
	url := widgetOrigin + "/embed/v1/pay-pane.js"
	source, err := fetch(ctx, url)
	if err != nil {
		return portal.Script{}, fmt.Errorf("fetch the embed script: %w", err)
	}
	hash := sha512.Sum384(source)
	return portal.Script{URL: url, Integrity: "sha384-" + base64.StdEncoding.EncodeToString(hash[:])}, nil
}

func fetch(ctx context.Context, url string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s", url, answer.Status)
	}
	return io.ReadAll(io.LimitReader(answer.Body, 1<<20))
}
