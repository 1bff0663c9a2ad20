package web

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The words of the card form stay where it is: a key that no other page of payers prints
// is one of those that their documents leave out.
func TestCardFormsWordsAreSpared(t *testing.T) {
	keys := regexp.MustCompile(`"(card\.[a-z.]+)"`)
	source := func(name string) string {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	list := regexp.MustCompile(`(?s)var ofCardForm = \[\]string\{.*?\}`).FindString(source("document.go"))
	var spared []string
	for _, m := range keys.FindAllStringSubmatch(list, -1) {
		spared = append(spared, m[1])
	}
	ofForm, elsewhere := map[string]bool{}, map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if name == "document.go" || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "desk_") {
			continue // the desk has words of its own
		}
		for _, m := range keys.FindAllStringSubmatch(source(name), -1) {
			if name == "card_page.go" || name == "card_fields.go" {
				ofForm[m[1]] = true
			} else {
				elsewhere[m[1]] = true
			}
		}
	}
	if !ofForm["card.phone"] || len(spared) < 10 {
		t.Fatalf("%d keys, %d spared: this test does not see them", len(ofForm), len(spared))
	}
	for key := range ofForm {
		if strings.HasPrefix(key, "card.change.") { // what begins it stands on other pages, too
			continue
		}
		if !elsewhere[key] && !slices.ContainsFunc(spared, func(begin string) bool { return strings.HasPrefix(key, begin) }) {
			t.Errorf("%s travels with pages that have no card form: let ofCardForm begin it", key)
		}
	}
}
