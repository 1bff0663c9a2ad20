//go:build !js

package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"paypane/bff/athena/athenatest"

	"paypane/web"
)

var looks = flag.String("looks", "", "write pictures of the receipt pages into this directory")

// look keeps what the whole page looks like on a telephone and on a desk.
func (b *tab) look(name string) {
	b.t.Helper()
	if *looks == "" {
		return
	}
	for suffix, width := range map[string]int64{"-375.png": 375, "-1280.png": 1280} {
		b.width(width)
		high := eval[int64](b, `Math.max(600, Math.ceil(document.documentElement.getBoundingClientRect().height))`)
		b.run(command(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: high, DeviceScaleFactor: 1}))
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		cancel()
		if err != nil {
			b.t.Fatal(err)
		}
		write(b.t, filepath.Join(*looks, name+suffix), string(png))
	}
	b.run(command(emulation.ClearDeviceMetricsOverride, cdp.Empty{}))
}

// printed is the text of the page on paper, and on how many sheets it is.
func (b *tab) printed(name string) (text string, sheets int) {
	b.t.Helper()
	var pdf []byte
	b.run(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		r, err := cdp.Call(ctx, t, page.PrintToPDF, page.PrintToPDFParams{})
		pdf = r.Data
		return err
	}))
	if *looks != "" {
		write(b.t, filepath.Join(*looks, name+".pdf"), string(pdf))
	}
	cmd := exec.Command("pdftotext", "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.Output()
	if err != nil {
		b.t.Fatalf("pdftotext: %v", err)
	}
	return string(out), strings.Count(string(out), "\f")
}

// From the payment to its receipt, the file, an e-mail to one address and to
// another: by keyboard alone, with script and without.
func TestReceiptsByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, b walk) {
		w := b.w
		name := map[bool]string{true: "script", false: "plain"}[b.script]
		b.allow("status of 502")
		b.signIn(w, 40211)
		b.visit(w.pay + "/receipts")
		b.page("receipts")
		b.at(web.PageReceipts, "receipts-none")
		b.enter(`nav a[href="/pay"]`)
		b.chooseAmount("60")
		b.fillCard(good("4111111111111111"))
		b.click("#pay")
		if got := b.outcome(); got != "taken" {
			t.Fatal(got)
		}
		b.emailed() // the payment's own mail, which comes after its outcome
		ref := w.charged(t, "1111")
		before := len(w.sim.Mails())
		b.enter(`.next a[href="/receipts/` + ref + `"]`)
		b.page("receipt")
		b.at(web.PageReceipt, "receipt")
		b.look(name + "-receipt")
		b.downloads(ref)

		text, sheets := b.printed(name + "-paper")
		for _, want := range []string{"Receipt for $60.00", "Paid. This is not a bill.", "Harbor Family Medicine", "Visa ending in 1111", "What this payment was for", ref} {
			if strings.Count(text, want) != 1 {
				t.Errorf("on paper %q stands %d times: %s", want, strings.Count(text, want), text)
			}
		}
		for _, not := range []string{"Email", "Download", "All receipts", "Questions", "Sign out", "Automatic payments", "localhost"} {
			if strings.Contains(text, not) {
				t.Errorf("on paper is %q: %s", not, text)
			}
		}
		if sheets != 1 {
			t.Errorf("%d sheets", sheets)
		}

		b.reach("input[name=email]")
		b.run(chromedp.KeyEvent("x"), chromedp.KeyEvent("\r"))
		b.errors()
		b.at(web.PageReceipt, "receipt-error")
		b.look(name + "-error")
		for _, to := range []string{"dana@example.com", "hsa@example.org"} {
			b.reach("input[name=email]")
			eval[any](b.tab, `document.activeElement.select()`)
			b.typeText(to)
			b.run(chromedp.KeyEvent("\r"))
			b.path(`document.querySelector("[role=status]")?.innerText.includes(` + quote(to) + `)`)
			if left := eval[string](b.tab, `document.querySelector("input[name=email]").value`); left != "" {
				t.Errorf("%q stays in the input", left)
			}
		}
		b.at(web.PageReceipt, "receipt-sent")
		b.look(name + "-sent")
		w.sim.Fault(athenatest.Fault{Endpoint: "email", When: "after", Do: "cut"})
		b.reach("input[name=email]")
		b.typeText("late@example.org")
		b.run(chromedp.KeyEvent("\r"))
		b.path(`document.querySelector("main").innerText.includes("We do not know if the receipt was emailed to late@example.org")`)
		b.at(web.PageReceipt, "receipt-unknown")
		if mails := w.sim.Mails(); len(mails) != before+3 || mails[before].To != "dana@example.com" || mails[before+1].To != "hsa@example.org" {
			t.Errorf("mails %+v", mails)
		}
		b.enter(`main a[href="/receipts"]`)
		b.page("receipts")
		b.at(web.PageReceipts, "receipts")
		b.look(name + "-list")
		b.enter(`main a[href="/receipts/` + ref + `"]`)
		b.page("receipt")
	})
}

// The receipt of an agreement has the text as it was signed, on the screen and
// on paper.
func TestReceiptOfAnAgreement(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.signIn(w, 40213)
	b.visit(w.pay + "/agree")
	b.page("agree")
	b.ready()
	b.click(`input[value^="visit-"]`)
	eval[any](b, `void (document.querySelector("input[name^=limit-visit-]").value = "100")`)
	b.enter("main form button")
	b.until(`document.querySelector("input[name=consent]")`)
	b.fillCard(good("4111111111111111"))
	b.fill("email", "lee@example.com")
	b.click("input[name=consent]")
	signed := eval[[]string](b, `[...document.querySelectorAll(".terms p")].map(p => p.innerText)`)
	b.enter("main form button")
	if got := b.outcome(); got != "taken" {
		t.Fatal(got)
	}
	b.enter(`main a[href^="/receipts/"]`)
	b.page("receipt")
	b.ready()
	b.axe("receipt of an agreement")
	b.look("agreement")
	text, _ := b.printed("agreement-paper")
	words := strings.Join(strings.Fields(text), " ")
	for _, line := range append(signed, "Card on file agreement", "Agreed by You") {
		if !strings.Contains(words, strings.Join(strings.Fields(line), " ")) {
			t.Errorf("on paper is not %q: %s", line, words)
		}
	}
	if len(signed) == 0 {
		t.Errorf("signed is %q", signed)
	}
}

// downloads takes the three files of a receipt by keyboard.
func (b *tab) downloads(ref string) {
	b.t.Helper()
	dir := b.t.TempDir()
	on := true
	b.run(command(cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{
		Behavior: "allow", BrowserContextID: b.browserContext(), DownloadPath: dir, EventsEnabled: &on}))
	for ending, begins := range map[string]string{"pdf": "%PDF-", "html": "<!DOCTYPE html>", "json": "{"} {
		b.enter(`a[download$=".` + ending + `"]`)
		file := filepath.Join(dir, "receipt-"+ref+"."+ending)
		var content []byte
		for end := time.Now().Add(patience); time.Now().Before(end) && len(content) == 0; {
			content, _ = os.ReadFile(file)
			pause := time.NewTimer(30 * time.Millisecond)
			<-pause.C
		}
		if !strings.HasPrefix(string(content), begins) {
			b.t.Errorf("%s begins with %.20q", file, content)
		}
	}
	if at := eval[string](b, `document.querySelector("main").dataset.page`); at != "receipt" {
		b.t.Errorf("after the downloads the page is %s", at)
	}
}
