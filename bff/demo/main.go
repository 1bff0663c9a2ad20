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

// The widget and the portal are two sites for a browser, so that the frame is really a cross-site one;
// both are addresses that browsers trust without TLS.
const (
	widgetAddr    = "localhost:8080"
	widgetOrigin  = "http://" + widgetAddr
	portalAddr    = "127.0.0.1:8081"
	portalOrigin  = "http://" + portalAddr
	simulatorAddr = "127.0.0.1:8082"
	simulatorURL  = "http://" + simulatorAddr
	practice      = 195900
)

func main() {
	paypane := flag.String("paypane", filepath.Join("bin", "paypane"), "the server to run")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *paypane); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// run returns nil when ctx ended it, and only after everything has stopped.
func run(ctx context.Context, paypane string) error {
	dir, err := os.MkdirTemp("", "paypane-demo-")
	if err != nil {
		return fmt.Errorf("make a directory for the demo: %w", err)
	}
	defer os.RemoveAll(dir)

	// All three ports first: nothing is started if one of them is taken.
	if err := free(widgetAddr); err != nil {
		return err
	}
	simulatorPort, err := listen(simulatorAddr)
	if err != nil {
		return err
	}
	defer simulatorPort.Close()
	portalPort, err := listen(portalAddr)
	if err != nil {
		return err
	}
	defer portalPort.Close()

	defer serve(simulatorPort, athenatest.New(athenatest.Options{}))()
	cast, err := fetchCast(ctx)
	if err != nil {
		return interrupted(ctx, err)
	}

	key, err := portal.NewKey()
	if err != nil {
		return err
	}
	widget, err := startWidget(paypane, dir, key.JWKS())
	if err != nil {
		return err
	}
	// Deferred after the simulator's end and so run before it: payments under way still need their answer.
	defer widget.stop()
	if err := widget.ready(ctx); err != nil {
		return interrupted(ctx, err)
	}

	// The portal pins the script that the widget serves now, as its developer would on the day of integration.
	script, err := pinScript(ctx)
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
		ID: portalID, Name: portalName, PayOrigin: widgetOrigin, Origin: portalOrigin,
		Practice: practice, Cast: people, Script: script, Key: key,
	})
	if err != nil {
		return err
	}
	defer serve(portalPort, harbor)()

	welcome(os.Stdout, cast)
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

func listen(addr string) (net.Listener, error) {
	listener, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, taken(addr)
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return listener, nil
}

// free asks for an answer rather than for the port, since "localhost" may be an IPv4 and an IPv6 address.
func free(addr string) error {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return nil
	}
	conn.Close()
	return taken(addr)
}

func taken(addr string) error {
	return fmt.Errorf("%s is taken: something else listens there (another demo?); stop it and try again", addr)
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
