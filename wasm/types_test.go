//go:build !js

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"paypane/tier"
)

// host is a portal's script in TypeScript. Each line that is marked has to be
// refused, and no other.
const host = `import type { PayPaneAttributes, PayPaneElement } from "./pay-pane";
const pane: PayPaneElement = document.createElement("pay-pane");
pane.addEventListener("pp:outcome", (event) => { const status: "taken" | "declined" | "unknown" | "not_sent" | "cancelled" = event.detail.status; void status; });
pane.addEventListener("pperror", (event) => console.log(event.detail.supportId.length, event.detail.retryable));
document.addEventListener("ppready", (event) => console.log(event.detail.testMode));
pane.addEventListener("pp:session", ({ detail }) => { if (detail.state === "expiring") void pane.renew(); });
pane.addEventListener("click", () => pane.focus());
pane.setAppearance({ colorPrimary: "#663399", lineHeight: 1.5 });
const ready: Promise<{ view: string }> = pane.ready;
const attributes: PayPaneAttributes = { "token-url": "/pay-token", "heading-level": 3, fallback: "redirect" };
pane.addEventListener("pp:outcome", (event) => event.detail.amount); // refused
pane.addEventListener("ppstep", (event) => { const step: "pay" = event.detail.step; void step; }); // refused
pane.setAppearance({ colour: "red" }); // refused
const wrong: PayPaneAttributes = { fallback: "window" }; // refused
pane.ready = ready; // refused
void [attributes, wrong];
`

// The types that are served are right in the eyes of the compiler, and tell the
// same names as the element.
func TestTypes(t *testing.T) {
	t.Parallel()
	tier.Full(t)
	types, err := os.ReadFile("../static/pay-pane.d.ts")
	if err != nil {
		t.Fatal(err)
	}
	element, err := os.ReadFile("../static/pay-pane.js")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "pay-pane.d.ts"), string(types))
	write(t, filepath.Join(dir, "host.ts"), host)
	compiler, err := filepath.Abs("node_modules/typescript/bin/tsc")
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("node", compiler, "--noEmit", "--strict", "--pretty", "false", "--target", "es2022", "--module", "esnext",
		"--moduleResolution", "bundler", "--lib", "es2022,dom", "host.ts")
	command.Dir = dir
	out, err := command.CombinedOutput()
	if _, failed := errors.AsType[*exec.ExitError](err); !failed {
		t.Fatalf("npm ci in wasm installs the compiler (make test does it): %v %s", err, out)
	}
	refused := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^([\w.-]+)\((\d+),`).FindAllStringSubmatch(string(out), -1) {
		refused[m[1]+" "+m[2]] = true
	}
	for i, line := range strings.Split(host, "\n") {
		at := "host.ts " + strconv.Itoa(i+1)
		if wanted := strings.HasSuffix(line, "// refused"); wanted != refused[at] {
			t.Errorf("line %d, to be refused %t: %s", i+1, wanted, line)
		}
		delete(refused, at)
	}
	if len(refused) > 0 || t.Failed() {
		t.Errorf("the compiler says %s", out)
	}

	// What the element has, the types name.
	for _, name := range regexp.MustCompile(`"([a-z]+(?:-[a-z]+)*|color[A-Z]\w*|[a-z]+[A-Z]\w*)",`).FindAllStringSubmatch(between(t, string(element), "const attributes = [", "// another value"), -1) {
		if !strings.Contains(string(types), name[1]) {
			t.Errorf("the types do not name %s", name[1])
		}
	}
	for _, name := range regexp.MustCompile(`(?m)^  (\w+): \[`).FindAllStringSubmatch(between(t, string(element), "const details = {", "};"), -1) {
		if !regexp.MustCompile(`(?m)^  ` + name[1] + `: \{`).MatchString(string(types)) {
			t.Errorf("the types do not name the event %s", name[1])
		}
	}
	for _, name := range regexp.MustCompile(`(?m)^  (?:async |get |set )?([a-z]\w*)\(`).FindAllStringSubmatch(between(t, string(element), "  constructor() {", "\n  connectedCallback"), -1) {
		if name[1] != "constructor" && name[1] != "focus" && !regexp.MustCompile(`(?m)^  (?:readonly )?`+name[1]+`[(:]`).MatchString(string(types)) {
			t.Errorf("the types do not name %s", name[1])
		}
	}
}

// between is the text between two others.
func between(t *testing.T, text, begin, end string) string {
	t.Helper()
	_, text, ok := strings.Cut(text, begin)
	text, _, found := strings.Cut(text, end)
	if !ok || !found {
		t.Fatalf("nothing between %q and %q", begin, end)
	}
	return text
}
