//go:build !js

package web

import (
	"encoding/json"
	"html/template"
	"io"
	"regexp"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/words"
)

// Assets are the addresses of the files a document refers to, with their
// content hash in the name, and their integrity.
type Assets struct {
	Style, Icon, Channel, Session, Loader, Program Asset
	Typing                                         Asset // of pages on which a card may come to be typed
	Desk, DeskStyle, Reader                        Asset // of pages at the desk
	DeskProgram                                    Asset // for who is signed in there
	Today                                          Asset // of the day's page there
	// Take is of the page on which staff take money, and Swipe beside it where the
	// practice has a card reader.
	Take, TakeStyle, Swipe Asset
	Drawer                 Asset // of the page on which a drawer is counted
}

// Asset is one file. An empty Path is a file that is not there (the program,
// before it was built): the document does without.
type Asset struct {
	Path      string
	Integrity string // sha384-…, for script and fetch
}

// The document. Nothing in it has to run before the payer can type: the style
// sheet is all that blocks it. The program is asked for by its loader, when the page
// has been painted: a link that preloads it would be followed without script, too,
// and while the page is painted. What it needs to know stands in a block of JSON,
// which is data and not script for the content security policy.
//
// The scripts of the desk work on what is in the document, so they wait for all of
// it; Swipe hears a card reader before Reader, which keeps out what it left. The others say themselves what they wait for.
//
// The warning before a session ends stands beside what the program takes over,
// and belongs to a script of its own, because both pages need it, taken over or
// not. All its words are here. So stands the question of the channel's script,
// for when the portal wants the frame for something else.
//
// The server's header says Referrer-Policy: no-referrer. Under it browsers send
// "Origin: null" with our own forms, and those without Sec-Fetch-Site could not
// prove where a form comes from. So the document relaxes it, to ourselves only.
var document = template.Must(template.New("document").Parse(`<!doctype html>
<html lang="{{.View.Site.Language.Tag}}" dir="{{.View.Site.Language.Dir}}"{{with .View.Site.Hosts}} data-host="{{.}}"{{end}}{{with .Shown}} data-view="{{.}}"{{end}}{{if .View.Site.Test}} data-test-mode{{end}}{{if .View.Site.Framed}} data-framed{{end}}>
<head>
<meta charset="utf-8">
<title>{{.View.Title}}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="same-origin">
<link rel="stylesheet" href="{{.Assets.Style.Path}}">
{{- if .View.Desk}}
<link rel="stylesheet" href="{{.Assets.DeskStyle.Path}}">
<script type="module" src="{{.Assets.Desk.Path}}" integrity="{{.Assets.Desk.Integrity}}"></script>
{{- end}}
{{- if .View.Today}}
<script type="module" src="{{.Assets.Today.Path}}" integrity="{{.Assets.Today.Integrity}}"></script>
{{- end}}
<link rel="icon" href="{{.Assets.Icon.Path}}">
<script type="module" async src="{{.Assets.Channel.Path}}" integrity="{{.Assets.Channel.Integrity}}"></script>
{{- if .View.Site.Idle}}
<script type="module" async src="{{.Assets.Session.Path}}" integrity="{{.Assets.Session.Integrity}}"></script>
{{- if not .View.Desk}}
<script type="module" async src="{{.Assets.Typing.Path}}" integrity="{{.Assets.Typing.Integrity}}"></script>
{{- end}}{{end}}
{{- if or .View.Take .View.TakeResult .View.Vendor .View.Undone}}
<link rel="stylesheet" href="{{.Assets.TakeStyle.Path}}">
<script type="module" src="{{.Assets.Take.Path}}" integrity="{{.Assets.Take.Integrity}}"></script>
{{- end}}
{{- if .View.Drawer}}
<script type="module" src="{{.Assets.Drawer.Path}}" integrity="{{.Assets.Drawer.Integrity}}"></script>
{{- end}}
{{- with .View.Take}}{{if .Swipe}}
<script type="module" src="{{$.Assets.Swipe.Path}}" integrity="{{$.Assets.Swipe.Integrity}}"></script>
{{- end}}{{end}}
{{- if .View.Desk}}
<script type="module" src="{{.Assets.Reader.Path}}" integrity="{{.Assets.Reader.Integrity}}"></script>
{{- end}}
{{- with .Program}}{{if .Path}}
<script type="module" async fetchpriority="low" src="{{$.Assets.Loader.Path}}" integrity="{{$.Assets.Loader.Integrity}}" id="program" data-program="{{.Path}}" data-integrity="{{.Integrity}}"></script>
{{- end}}{{end}}
</head>
<body>{{.Body}}{{if .View.Site.Idle}}<dialog id="stay" role="alertdialog" data-session="{{.View.Site.At "/session"}}" data-left="{{.View.Site.Left}}" data-ends="{{.View.Site.Ends}}" aria-labelledby="stay-title" aria-describedby="stay-text">
{{$l := .View.Site.Language}}<h2 id="stay-title">{{$l.Text "stay.heading"}}</h2>
<div id="stay-text"><p data-when="idle">{{with $l.Around "stay.idle" "time"}}{{.Before}}<span data-minutes>{{$l.Text "stay.minutes" "count" 2}}</span>{{.After}}{{end}}</p>
<p data-when="ends" hidden>{{with $l.Around "stay.ends" "time"}}{{.Before}}<span data-minutes>{{$l.Text "stay.minutes" "count" 2}}</span>{{.After}}{{end}}</p></div>
<button type="button" class="primary" data-when="idle">{{$l.Text "stay.stay"}}</button>
<button type="button" class="primary" data-when="ends" hidden>{{$l.Text "stay.go"}}</button>
</dialog><dialog id="leave" role="alertdialog" aria-labelledby="leave-title" aria-describedby="leave-text">
<h2 id="leave-title">{{$l.Text "leave.heading"}}</h2>
<p id="leave-text">{{$l.Text "leave.why"}}<span data-typed> {{$l.Text "leave.typed"}}</span></p>
<button type="button" class="primary">{{$l.Text "stay.stay"}}</button>
<button type="button" class="secondary">{{$l.Text "leave.go"}}</button>
</dialog>{{end}}{{if .Told}}<script type="application/json" id="view">{{.View}}</script>{{end}}</body>
</html>
`))

// routed is a path that the payer's program has a page for.
var routed = regexp.MustCompile(strings.Join(routes, "|"))

// Document writes the whole page. The program comes with it where it has a page
// for the View's path, and the desk's own for who is signed in there; elsewhere the
// page stays as it is printed. What the desk's pages know is told to their program
// alone.
func Document(w io.Writer, v View, a Assets) error {
	v = v.written().light()
	var program Asset
	switch {
	case v.ofDesk():
		program = a.DeskProgram
	case routed.MatchString(v.Path):
		program = a.Program
	}
	return document.Execute(w, struct {
		View    View
		Assets  Assets
		Program Asset
		Told    bool
		Shown   string
		Body    template.HTML
	}{v, a, program, v.Desk == nil || program.Path != "", PageNamed(v.Page).View, template.HTML(adjoined(v, app.HTMLString(NewShell(v, nil))))})
}

// inTheirs is an element in the language of the practice's system, with the ends of
// lines around it.
var inTheirs = regexp.MustCompile(`\n?(<span[^>]* lang="en"[^>]*>[^<]*</span>)\n?`)

// adjoined is a printed page in which what the practice's system wrote adjoins the
// sentence around it, as in the program: a line's end would be a space before a comma.
func adjoined(v View, page string) string {
	if upstreams(v.Site.Language) == "" {
		return page
	}
	return inTheirs.ReplaceAllString(page, "$1")
}

// JSON is the View as the program asks for it.
func JSON(w io.Writer, v View) error { return json.NewEncoder(w).Encode(v.written().light()) }

// ofCardForm begin the keys of a card form; "card.name" and "card.change" stand on
// other pages, too.
var ofCardForm = []string{"card.address", "card.choose", "card.code", "card.details", "card.email", "card.expiry", "card.holder", "card.new",
	"card.next", "card.number", "card.once", "card.pay", "card.phone", "card.repeat", "card.save", "card.stored", "card.unread", "card.zip"}

// light is the view with the sentences that the program prints on such a page, and
// not those of the others: they would travel with each.
func (v View) light() View {
	var spared []string
	if v.Amount == nil {
		spared = append(spared, "problem.amount_", "problem.today_", "problem.bill_", "problem.pay_")
		if v.Content == nil { // whose choices say what is owed, too
			spared = append(spared, "amount")
		}
	}
	if v.Result == nil {
		spared = append(spared, "result", "mark", "fact", "receipt")
	}
	if v.typed() == nil {
		spared = append(spared, ofCardForm...)
		if v.Content == nil {
			spared = append(spared, "problem.number_", "problem.expiry_", "problem.name_", "problem.code_", "problem.address_", "problem.zip_", "problem.email_", "problem.phone_")
		}
	}
	v.Site.Language = words.Without(v.Site.Language, spared...)
	return v
}
