//go:build !js

package main

import (
	"context"
	_ "embed"
	"flag"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"paypane/static"
)

var weigh = flag.Int("weigh", 0, "so many warm visits to the card page and to a page written by hand are timed (make weigh)")

//go:embed testdata/floor.html
var floor []byte

// typed says when the first digit typed into the number of a card is kept, which is
// not before the page is painted.
const typed = `(() => {
	const look = () => {
		const input = document.querySelector("[autocomplete=cc-number]");
		if (!input || !performance.getEntriesByName("first-contentful-paint").length) return requestAnimationFrame(look);
		input.focus();
		document.execCommand("insertText", false, "4");
		weighed(input.value === "4" ? String(performance.now()) : "0");
	};
	requestAnimationFrame(look);
})()`

// A warm visit is when the browser has the files of an earlier one. TestWeigh prints
// how long it is until a digit is kept, and how long the main thread worked until
// then, beside a page written by hand: medians of one run, and their ratios. What they
// are depends on the machine, so they are not asserted.
func TestWeigh(t *testing.T) {
	if *weigh == 0 {
		t.Skip("make weigh runs this")
	}
	w := newWorld(t)
	w.weigh = true
	b := open(t, w, true)
	b.signIn(w, 40211)
	b.chooseAmount("3")
	card := eval[string](b, `location.href`)
	br, _, err := static.Compress(floor)
	if err != nil {
		t.Fatal(err)
	}
	hand := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		rw.Header().Set("Cache-Control", "no-store")
		if r.URL.Path == "/form" {
			rw.Header().Set("Content-Encoding", "br")
			rw.Write(br)
		}
	}))
	t.Cleanup(hand.Close)
	scale := newScale(t, b)
	for _, on := range []struct {
		name                string
		latency, throughput float64 // ms; bytes a second
		slower              float64
	}{{"unthrottled", 0, -1, 1}, {"Slow 4G, processor 4 times slower", 150, 1.6e6 / 8, 4}} {
		scale.run(command(emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: on.slower}),
			command(network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{
				{Latency: on.latency, DownloadThroughput: on.throughput, UploadThroughput: on.throughput}}}))
		var ours, byHand [2][]float64 // until a digit is kept, and of that the main thread; ms
		for range *weigh + 2 {
			for at, got := range scale.visit(w.pay+"/nowhere", hand.URL+"/form", "") {
				byHand[at] = append(byHand[at], got)
			}
			for at, got := range scale.visit(hand.URL+"/", card, `document.documentElement.dataset.program`) {
				ours[at] = append(ours[at], got)
			}
		}
		t.Logf("%s, medians of %d visits, milliseconds", on.name, *weigh)
		for at, what := range []string{"until a digit is kept", "main thread until then"} {
			a, b := median(ours[at][2:]), median(byHand[at][2:]) // the first visits fill the cache
			t.Logf("  %-23s card page %4.0f, by hand %4.0f, ratio %.2f", what, a, b, a/b)
		}
	}
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}

// scale is a tab in which pages are weighed.
type scale struct {
	*tab
	kept chan float64 // ms since the navigation began
}

func newScale(t *testing.T, b *tab) *scale {
	t.Helper()
	s := &scale{tab: &tab{t: t, w: b.w, script: true}, kept: make(chan float64, 1)}
	var cancel func()
	s.ctx, cancel = chromedp.NewContext(b.ctx, chromedp.WithExistingBrowserContext(b.browserContext()), chromedp.WithListener(func(event any) {
		if e, ok := event.(*runtime.EventBindingCalled); ok {
			ms, _ := strconv.ParseFloat(e.Payload, 64)
			s.kept <- ms
		}
	}))
	t.Cleanup(cancel)
	if err := chromedp.Do(s.ctx, command(performance.Enable, performance.EnableParams{}), command(page.Enable, page.EnableParams{}),
		command(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}),
		command(runtime.AddBinding, runtime.AddBindingParams{Name: "weighed"}),
		command(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: typed})); err != nil {
		t.Fatal(err)
	}
	return s
}

// visit weighs a page and waits until it is at rest. It is come to from one of another
// site, so that the browser gives it a process in which the main thread has done
// nothing yet.
func (s *scale) visit(from, to, rest string) [2]float64 {
	s.t.Helper()
	s.tab.visit(from)
	s.tab.visit(to)
	var kept float64
	select {
	case kept = <-s.kept:
	case <-time.After(patience):
		s.t.Fatalf("no digit was kept\non %s", s.peek())
	}
	worked := s.worked()
	if kept == 0 {
		s.t.Fatalf("a digit that was typed is gone\non %s", s.peek())
	}
	if rest != "" {
		s.until(rest)
	}
	return [2]float64{kept, worked}
}

// worked is how long the main thread of the page's process has worked, in ms.
func (s *scale) worked() float64 {
	s.t.Helper()
	var got float64
	s.run(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		all, err := cdp.Call(ctx, t, performance.GetMetrics, cdp.Empty{})
		if err != nil {
			return err
		}
		for _, m := range all.Metrics {
			if m.Name == "TaskDuration" {
				got = 1000 * m.Value
			}
		}
		return nil
	}))
	return got
}
