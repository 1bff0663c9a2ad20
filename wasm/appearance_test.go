//go:build !js

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"

	"paypane/static"
)

// A portal chooses how the pages look, by CSS, attribute or property, and nobody
// can choose what cannot be read, or anything but a look.
func TestAppearance(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	portal, b := inFrame(t, w, true, 40211)
	b.ready()
	portal.allow("pay-pane: ")
	b.allow("pay-pane: appearance: ")
	root := func(name string) string {
		return `getComputedStyle(document.documentElement).getPropertyValue("` + name + `").trim()`
	}
	wears := func(name, value string) {
		t.Helper()
		b.until(root(name) + " === " + quote(value))
	}
	plain := eval[string](b, root("--ink"))

	// The property counts more than the attribute, and that more than CSS.
	eval[any](portal, `void (`+pane+`.style.setProperty("--pay-pane-radius", "3px"), `+pane+`.style.setProperty("--pay-pane-color-primary", "rebeccapurple"))`)
	portal.set("appearance", `'{"radius": "5px", "colorDanger": "hsl(0 100% 25%)", "controlHeight": "50px"}'`)
	wears("--radius", "5px")
	wears("--accent", "#663399")
	wears("--danger", "#800000")
	eval[any](portal, `void `+pane+`.setAppearance({radius: "7px", lineHeight: 1.75, fontSizeBase: "20px", fontFamily: "Comic Sans MS, georgia"})`)
	wears("--radius", "7px")
	wears("--leading", "1.75")
	wears("--font", `"Georgia", sans-serif`)
	if got := eval[string](b, `getComputedStyle(document.querySelector("button.primary")).minHeight + getComputedStyle(document.documentElement).fontSize`); got != "50px20px" {
		t.Errorf("button and letters are %s", got)
	}

	// What cannot be read is changed until it can, and said.
	eval[any](portal, `void `+pane+`.setAppearance({colorBackground: "#222", colorText: "#333", colorPrimary: "#0000cc", colorOnPrimary: "navy", colorBorder: "#242424", colorFocus: "#2a2a2a"})`)
	wears("--ground", "#222222")
	wears("--panel", "#222222")
	ratio := func(a, c string) string {
		return `settle.contrast(` + root(a) + `, ` + root(c) + `)`
	}
	files, err := static.Load()
	if err != nil {
		t.Fatal(err)
	}
	settled[any](b, `import(`+quote(files.Named("appearance.js").Path)+`).then(module => { window.settle = module })`)
	for pair, least := range map[[2]string]float64{
		{"--ink", "--ground"}: 4.5, {"--ink-soft", "--ground"}: 4.5, {"--accent", "--ground"}: 4.5, {"--on-accent", "--accent"}: 4.5, {"--danger", "--ground"}: 4.5,
		{"--success", "--ground"}: 4.5, {"--warning", "--ground"}: 4.5, {"--control", "--ground"}: 3, {"--focus", "--ground"}: 3,
	} {
		if got := eval[float64](b, ratio(pair[0], pair[1])); got < least {
			t.Errorf("%s on %s has %.2f:1", pair[0], pair[1], got)
		}
	}
	b.mu.Lock()
	said := strings.Join(b.bad, "\n")
	b.mu.Unlock()
	if !strings.Contains(said, "colorText #333333 has 1.26:1 on #222222, less than 4.5:1; #") {
		t.Errorf("the console says %s", said)
	}

	// Nothing but colours, sizes and names of fonts comes through, by the element or past it.
	for _, value := range []string{`red; } body { display: none`, `red; --ink: url(https://evil.example/x)`, `url(https://evil.example/x)`, `var(--ground)`, `rgb(0 0 0 / 0)`, `inherit`, `</style><p>`, `expression(1)`} {
		json := strings.NewReplacer("</", `<\/`).Replace(fmt.Sprintf(`{"colorText": %[1]s, "radius": %[1]s, "fontFamily": %[1]s, "lineHeight": %[1]s, "fontSizeBase": %[1]s, "unheard": 1}`, quote(value)))
		eval[any](portal, `void `+pane+`.setAppearance(`+json+`)`)
		settled[any](b, fmt.Sprintf(`import(%s).then(({ wear }) => wear({ level: "1} * { display: none", tokens: %s }))`, quote(files.Named("appearance.js").Path), json))
		if got := eval[string](b, root("--ink")+` + getComputedStyle(document.body).display`); got != plain+"block" {
			t.Errorf("%q: %s", value, got)
		}
		rules := eval[string](b, `document.adoptedStyleSheets.flatMap(sheet => [...sheet.cssRules].map(rule => rule.cssText)).join(" ")`)
		if strings.Contains(rules, "evil") || strings.Contains(rules, "var(") || strings.Contains(rules, "display") {
			t.Errorf("%q became %s", value, rules)
		}
	}

	// Axe finds nothing to say of colours that nobody could read as they were asked
	// for, and people's own colours count for more.
	window := open(t, w, true)
	window.allow("pay-pane: appearance: ")
	window.onCardPage(w)
	settled[any](window, fmt.Sprintf(`import(%s).then(({ wear }) => wear({ level: 1, tokens: {colorBackground: "#8899aa", colorSurface: "#99aabb", colorText: "#ffffff",
		colorPrimary: "#ff8800", colorOnPrimary: "#ffffff", colorBorder: "#8899aa", colorDanger: "#ff0000"} }))`, quote(files.Named("appearance.js").Path)))
	window.axe("in the colours of a portal")
	window.run(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}}}))
	if got := eval[string](window, root("--ground")); got == "#8899aa" {
		t.Error("forced colours are overruled")
	}
}
