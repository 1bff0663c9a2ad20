package receipt

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"paypane/web"
	"paypane/web/paper"
	"paypane/web/words"
)

// fill puts a text of its own into every text of a value, and two elements into
// every list; names are the paths of the texts.
func fill(v reflect.Value, path string, names map[string]string) {
	switch v.Kind() {
	case reflect.String:
		text := fmt.Sprintf("t%03d", len(names))
		names[text] = path
		v.SetString(text)
	case reflect.Interface:
		text := reflect.New(reflect.TypeFor[string]()).Elem()
		fill(text, path, names)
		v.Set(text)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for n := range 2 {
			fill(v.Index(n), path, names)
		}
	case reflect.Struct:
		for n := range v.NumField() {
			fill(v.Field(n), path+"."+v.Type().Field(n).Name, names)
		}
	default:
		panic("a " + v.Kind().String() + " in a document: say here how it is filled")
	}
}

// filled is a document in which every text is another one.
func filled() (d paper.Document, names map[string]string) {
	names = map[string]string{}
	fill(reflect.ValueOf(&d).Elem(), "", names)
	// What heads a column is the same on every line.
	first, second := d.Services.Lines[0], &d.Services.Lines[1]
	for n, amount := range []*paper.Fact{&second.Billed, &second.Insurance, &second.Paid, &second.Left} {
		delete(names, amount.Label)
		amount.Label = first.Amounts()[n].Label
	}
	return d, names
}

// pageSays is what the receipt's page says.
func pageSays(d paper.Document) string {
	var b strings.Builder
	var see func(elements []web.Element)
	see = func(elements []web.Element) {
		for _, e := range elements {
			fmt.Fprintln(&b, e.Text, e.Rows)
			see(e.Elements)
		}
	}
	see(web.ReceiptView{Receipt: sample(), Document: d}.Content().Elements)
	return b.String()
}

// forms are the four forms of a receipt, and what of a document each does not
// print, with the reason.
func forms() map[string]struct {
	print func(t *testing.T, d paper.Document) string
	not   map[string]string
} {
	type form = struct {
		print func(t *testing.T, d paper.Document) string
		not   map[string]string
	}
	people := map[string]string{
		"Name": "a key", "Data": "for programs", ".Missing.What": "Notes say it", ".Missing.From": "Notes say it", ".Services.Lines.Kind": "for programs",
		".Letterhead.Numbers.Label": "the text says it", ".Services.Lines.Title.Label": "the text says it", ".Services.Lines.Day.Label": "the text says it",
		".Services.Lines.Details.Label": "the text says it", ".Standing.Label": "the text says it", ".Services.AsOf.Label": "the text says it",
	}
	with := func(more map[string]string) map[string]string {
		for what, why := range people {
			more[what] = why
		}
		return more
	}
	file := func() map[string]string {
		return with(map[string]string{".Services.Lines.Day.Text": "Column has it"})
	}
	return map[string]form{
		"page": {func(_ *testing.T, d paper.Document) string { return pageSays(d) }, with(map[string]string{
			".Title": "of a file", ".Heading": "a page has its own", ".Services.Day": "no table", ".Services.Service": "no table",
			".Services.Dashes": "no dashes", ".Services.Lines.Column": "no table"})},
		"PDF": {func(t *testing.T, d paper.Document) string {
			file, err := PDF(words.Language{}, d, made)
			if err != nil {
				t.Fatal(err)
			}
			text := poppler(t, file, "pdftotext", "FILE", "-")
			return text + poppler(t, file, "pdfinfo", "FILE")
		}, file()},
		"HTML": {func(t *testing.T, d paper.Document) string {
			file, err := HTML(words.Language{}, d)
			if err != nil {
				t.Fatal(err)
			}
			root, err := html.Parse(strings.NewReader(string(file)))
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			visit(root, func(n *html.Node) {
				if n.Type == html.TextNode && n.Parent.Data != "style" {
					b.WriteString(n.Data + "\n")
				}
			})
			return b.String()
		}, file()},
		"JSON": {func(t *testing.T, d paper.Document) string {
			file, err := JSON(d)
			if err != nil {
				t.Fatal(err)
			}
			return string(file)
		}, map[string]string{
			".Title": "of a file for people", ".Heading": "status says it", ".Notes": "Missing says it", "Label": "for people", "Text": "Data says it",
			".Services.Heading": "no table", ".Services.Day": "no table", ".Services.Service": "no table", ".Services.Dashes": "no dashes", ".Services.Lines.Column": "no table",
			".Services.Total.Name": "amount says it", ".Services.Total.Data": "amount says it"}},
	}
}

// Whatever a document says is on the page and in all three files: a text that a
// form forgets has to be named here, with the reason.
func TestEveryFormPrintsTheWholeDocument(t *testing.T) {
	d, names := filled()
	for form, f := range forms() {
		printed := f.print(t, d)
		for text, path := range names {
			last := path[strings.LastIndexByte(path, '.')+1:]
			if f.not[path] != "" || strings.Count(path, ".") > 1 && f.not[last] != "" {
				continue
			}
			if !strings.Contains(printed, text) {
				t.Errorf("%s does not print %s", form, path)
			}
		}
	}
}

// A fact that is added to a document is on the page and in all three files,
// without a change to any of them.
func TestAddedFactIsOnEveryForm(t *testing.T) {
	for place, add := range map[string]func(*paper.Document, paper.Fact){
		"facts":      func(d *paper.Document, x paper.Fact) { d.Facts = append(d.Facts, x) },
		"letterhead": func(d *paper.Document, x paper.Fact) { d.Letterhead.Numbers = append(d.Letterhead.Numbers, x) },
		"line": func(d *paper.Document, x paper.Fact) {
			l := &d.Services.Lines[0]
			l.Details = append(l.Details, x)
		},
	} {
		d := document(sample())
		add(&d, paper.Fact{Name: "fax", Label: "Fax", Text: "Fax 555-0199"})
		for form, f := range forms() {
			if printed := f.print(t, d); !strings.Contains(printed, "Fax 555-0199") {
				t.Errorf("added to the %s, %s does not print it:\n%s", place, form, printed)
			}
		}
	}
}

// Every text of a document passes through Map, by which files make it fit to be
// set.
func TestMapReachesEveryText(t *testing.T) {
	d, names := filled()
	seen := map[string]bool{}
	d.Map(func(text string) string {
		seen[text] = true
		return text
	})
	for text, path := range names {
		if !seen[text] && !strings.HasSuffix(path, ".Name") && path != ".Missing.From" && path != ".Services.Lines.Kind" {
			t.Errorf("Map does not reach %s", path)
		}
	}
	if !seen[d.Letterhead.Name] {
		t.Error("Map does not reach the practice's name")
	}
	if mapped := d.Map(strings.ToUpper); !reflect.DeepEqual(mapped.Map(strings.ToLower), d) {
		t.Error("Map leaves something behind")
	}
}
