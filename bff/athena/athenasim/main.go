// Athenasim runs the simulator of athenahealth's payment API on a port, for
// trying Paypane out and for tests from outside. Package athenatest says what
// it does.
//
//	athenasim -addr 127.0.0.1:8082
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
	"syscall"
	"time"

	"paypane/bff/athena/athenatest"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8082", "`host:port` to listen on")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "athenasim: unexpected argument", flag.Arg(0))
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, *addr); err != nil {
		fmt.Fprintln(os.Stderr, "athenasim:", err)
		os.Exit(1)
	}
}

// serve answers on addr until ctx is done.
func serve(ctx context.Context, addr string) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	// There is no WriteTimeout: one of the cards is answered after 90 s.
	server := &http.Server{Handler: athenatest.New(athenatest.Options{}), ReadHeaderTimeout: 5 * time.Second}
	fmt.Printf("athenasim: http://%s practice %d, client id %s, secret %s\n",
		listener.Addr(), athenatest.Practice, athenatest.ClientID, athenatest.ClientSecret)
	go func() {
		<-ctx.Done()
		server.Close()
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
