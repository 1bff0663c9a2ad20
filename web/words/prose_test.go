package words

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"strings"
	"testing"
)

// unread are the rooms whose texts no payer and no staff of a practice read on
// a page, each with who reads them.
var unread = map[string]string{
	"web/words":      "the catalogue itself",
	"bff/athena":     "the upstream, and who reads its evidence in the log",
	"bff/checkpoint": "operators",
	"bff/config":     "operators",
	"bff/operator":   "operators",
	"bff/ledger":     "the record, which keeps its words for ever",
	"bff/reconcile":  "the record, which keeps its words for ever",
	"bff/metrics":    "operators",
	"bff/health":     "operators and their machines",
	"bff/middleware": "developers and the log",
	"bff/portal":     "developers of portals",
	"bff/residue":    "nobody: registers are cleared",
	"bff/dispatch":   "the record, which keeps its words for ever, and the log",
	"bff/session":    "the log, and the derivation of keys",
	"bff/signin":     "the log, and the derivation of keys",
	"bff/demo/idp":   "the demo: it stands for somebody else's pages",
}

// kept are texts outside the catalogue, by their reason.
var kept = map[string][]string{
	"classes and tokens of HTML": {"row total", "box warning", "lines facts", "billing address-line1", "billing postal-code", "box offline", "brand brand-",
		"choice choice-", "box done", "primary danger-act"},
	"names": {"Liberation Sans", "American Express", "PURCHASE OR VOID"},
	"PDF": {"/Artifact BMC", "/%s <</MCID %d>> BDC", "<</Type /StructTreeRoot /K [%d 0 R] /ParentTree %d 0 R /ParentTreeNextKey %d>>",
		"/Type /Catalog /Version /1.7 /MarkInfo <</Marked true>>", "/ViewerPreferences <</DisplayDocTitle true>> /StructTreeRoot %d 0 R",
		"<</Type /Page /StructParents %d /Tabs /S", "q 3 Tr %.2f Tz"},
	"kept in the ledger with the line; pages name it by its kind": {"Payment for your visit", "For no bill, kept on the account"},
	"the record, which keeps its words for ever": {"stored card", "vendor's payment", "not sent", "not known; check before doing it again", `. The bank said "`,
		`. athenahealth said "`, "Paypane's request or access", "the practice's set-up"},
	"the log":                      {"payment plans", "upstream not available:", "[card form]", "ending in", "too many cards:"},
	"developers of portals":        {"For the portal's developer:"},
	"the receipt as data":          {"taken back"},
	"names of keys and of changes": {"asked.", "keep the card of", "receipt mail %d since %d of %s", "receipt mail", "paypane velocity 1"},
}

// prose is a text that reads like a sentence: two words beside each other.
var prose = regexp.MustCompile(`[A-Za-z’'],? [A-Za-z“{%]|^[A-Z][a-z]+ |^[^/]*[a-z]\.$`)

// markup is what a template of HTML holds beside texts.
var markup = regexp.MustCompile(`(?s)\{\{.*?\}\}|<[^>]*>`)

// forDevelopers are functions whose texts go to logs, errors and patterns.
var forDevelopers = regexp.MustCompile(`^(Errorf|New|panic|(Debug|Info|Warn|Error|Log|LogAttrs)(Context)?|MustCompile|Set|Fprintf|With|Get|Call|querySelectorAll)$`)

// A sentence that people read stands in the catalogue. What looks like one
// elsewhere is a text for developers, or has its reason in kept.
func TestNoSentenceOutsideTheCatalogue(t *testing.T) {
	set, files := sources(t)
	allowed, met := map[string]bool{}, map[string]bool{}
	for _, texts := range kept {
		for _, text := range texts {
			allowed[text] = true
		}
	}
	for name, file := range files {
		if _, ok := unread[path.Dir(name)]; ok {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.Field:
				n.Tag = nil
			case *ast.CallExpr:
				called := ""
				switch f := n.Fun.(type) {
				case *ast.SelectorExpr:
					called = f.Sel.Name
				case *ast.Ident:
					called = f.Name
				}
				return !forDevelopers.MatchString(called)
			case *ast.BasicLit:
				text, _ := literal(n)
				text = strings.TrimSpace(text)
				if strings.HasPrefix(text, "<!doctype") {
					text = strings.Join(strings.Fields(markup.ReplaceAllString(text, "\n")), " | ")
				}
				if n.Kind != token.STRING || !prose.MatchString(text) {
					return true
				}
				if allowed[text] {
					met[text] = true
					return true
				}
				t.Errorf("%s: a sentence outside the catalogue: %s", set.Position(n.Pos()), text)
			}
			return true
		})
	}
	for text := range allowed {
		if !met[text] {
			t.Errorf("%q is kept for nothing", text)
		}
	}
}

// forMachines is what a script says to developers, to the style sheet or to the
// document, up to the end of the line.
var forMachines = regexp.MustCompile(`(new \w*Error\(|console\.\w+\(|\bwarn\(|\brule\(|@media|#note\(|iveUp\(|\bend\(|setProperty\(|querySelector(All)?\(|closest\(|matches\().*`)

// names are a line of a list of names: of fonts.
var names = regexp.MustCompile(`^\s*("[A-Z][\w ]*",\s*)+$`)

// inserted is what a text of a script takes from elsewhere.
var inserted = regexp.MustCompile(`\$\{[^}]*\}`)

// inQuotes is a text in a script.
var inQuotes = regexp.MustCompile("[\"`]([^\"`]*)[\"`]")

// No script has a sentence of its own.
func TestNoSentenceInScripts(t *testing.T) {
	for name, script := range scripts(t) {
		for i, line := range strings.Split(script, "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "//") || names.MatchString(line) {
				continue
			}
			line = inserted.ReplaceAllString(forMachines.ReplaceAllString(line, ""), "")
			for _, text := range inQuotes.FindAllStringSubmatch(line, -1) {
				if prose.MatchString(text[1]) {
					t.Errorf("%s:%d: %q belongs into the catalogue", name, i+1, text[1])
				}
			}
		}
	}
}
