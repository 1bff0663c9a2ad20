// Athenasim runs the simulator of athenahealth's payment API on a port, for
// trying Paypane out and for tests from outside. Package athenatest says what
// it does.
//
//	athenasim -addr 127.0.0.1:8082
//
// Open that address in a browser for what is in it: patients, cards, the book,
// the requests, the clock and the faults.
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
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"paypane/bff/athena/athenatest"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8082", "`host:port` to listen on")
	practices := flag.String("practices", "", "`ids` that the key may use, separated by commas (default 195900)")
	tokens := flag.Int("tokens-per-minute", 0, "limit of token requests; 0 is the real preview's 5, -1 none")
	calls := flag.Int("calls-per-day", 0, "limit of API calls; 0 is the real preview's 50000, -1 none")
	answers := flag.String("answers", "", "how answers to writes look: `words` of array, typed and 400, separated by commas, or mixed (default: object and array, texts and numbers in turn, declines with 200)")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "athenasim: unexpected argument", flag.Arg(0))
		os.Exit(2)
	}
	o := athenatest.Options{TokensPerMinute: *tokens, CallsPerDay: *calls, FullDay: true}
	if *answers != "" {
		shape, err := athenatest.ReadShape(*answers)
		if err != nil {
			fmt.Fprintln(os.Stderr, "athenasim: -answers:", err)
			os.Exit(2)
		}
		o.Shape = shape
	}
	if *practices != "" {
		for text := range strings.SplitSeq(*practices, ",") {
			id, err := strconv.Atoi(strings.TrimSpace(text))
			same := func(p athenatest.PracticeOptions) bool { return p.ID == id }
			if err != nil || id <= 0 || slices.ContainsFunc(o.Practices, same) {
				fmt.Fprintf(os.Stderr, "athenasim: -practices: bad or repeated id %q\n", text)
				os.Exit(2)
			}
			o.Practices = append(o.Practices, athenatest.PracticeOptions{ID: id, Name: "Practice " + strconv.Itoa(id)})
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, *addr, o); err != nil {
		fmt.Fprintln(os.Stderr, "athenasim:", err)
		os.Exit(1)
	}
}

// serve runs a simulator on addr until ctx is done.
func serve(ctx context.Context, addr string, o athenatest.Options) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	// There is no WriteTimeout: one of the cards is answered after 90 s.
	server := &http.Server{Handler: athenatest.New(o), ReadHeaderTimeout: 5 * time.Second}
	practice := athenatest.Practice
	if len(o.Practices) > 0 {
		practice = o.Practices[0].ID
	}
	fmt.Printf("athenasim: http://%s practice %d, client id %s, secret %s\n",
		listener.Addr(), practice, athenatest.ClientID, athenatest.ClientSecret)
	go func() {
		<-ctx.Done()
		server.Close()
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
