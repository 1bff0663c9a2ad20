// Demo runs the whole of Paypane on one machine, the command behind "make run": the simulator of the practice's
// system, a patient portal that embeds the widget, and the widget's server as a process of its own, configured
// through its environment as an operator would. Ctrl-C stops all of it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/bff/demo/portal"
)

// practice is the practice whose patients the demo's are.
const practice = 195900

func main() {
	paypane := flag.String("paypane", filepath.Join("bin", "paypane"), "the server to run")
	port := flag.Int("port", defaultPort, "the widget's port; the portal, the simulator and the sign-in of staff have the three after it")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *paypane, *port); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// run returns nil when ctx ended it, and only after everything has stopped.
func run(ctx context.Context, paypane string, port int) error {
	dir, err := os.MkdirTemp("", "paypane-demo-")
	if err != nil {
		return fmt.Errorf("make a directory for the demo: %w", err)
	}
	defer os.RemoveAll(dir)

	at, moved, err := settle(port)
	if err != nil {
		return err
	}
	defer at.close()
	if moved != nil {
		fmt.Fprintf(os.Stderr, "demo: %v; using port %d and the three after it\n", moved, at.port)
	}

	defer serve(at.simulator, athenatest.New(athenatest.Options{FullDay: true}))()
	cast, err := fetchCast(ctx, at.simulatorOrigin())
	if err != nil {
		return interrupted(ctx, err)
	}

	key, err := portal.NewKey()
	if err != nil {
		return err
	}
	widget, err := startWidget(paypane, dir, at, key.JWKS())
	if err != nil {
		return err
	}
	// Deferred after the simulator's end and so run before it: payments under way still need their answer.
	defer widget.stop()
	if err := widget.ready(ctx); err != nil {
		return interrupted(ctx, err)
	}

	// The portal pins the script that the widget serves now, as its developer would on the day of integration.
	script, err := pinScript(ctx, at.widgetOrigin())
	if err != nil {
		return interrupted(ctx, err)
	}
	people := make([]portal.Person, len(cast))
	for i, member := range cast {
		people[i] = portal.Person{
			ID: member.ID, Name: member.Name, Department: member.Department,
			Appointment: member.Appointment, Shows: member.Shows,
		}
	}
	harbor, err := portal.New(portal.Config{
		ID: portalID, Name: portalName, PayOrigin: at.widgetOrigin(), Origin: at.portalOrigin(),
		Practice: practice, Cast: people, Script: script, Key: key,
	})
	if err != nil {
		return err
	}
	defer serve(at.portal, harbor)()
	defer serve(at.signIn, newSignIn(at))()

	welcome(os.Stdout, at, cast)
	select {
	case <-ctx.Done():
		fmt.Fprintln(os.Stderr, "demo: stopping")
		return nil
	case <-widget.done:
		return widget.died()
	}
}

// interrupted turns an error that Ctrl-C caused into a quiet end.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// serve starts a server and returns what stops it.
func serve(listener net.Listener, handler http.Handler) (stop func()) {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			fmt.Fprintf(os.Stderr, "demo: serve %s: %v\n", listener.Addr(), err)
		}
	}()
	return func() {
		// Not longer: one of the test cards is answered after 90 s.
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			server.Close()
		}
		<-done
	}
}
