//go:build !js

package web

import (
	"encoding/json"
	"html/template"
	"io"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// Assets are the addresses of the files a document refers to, with their
// content hash in the name, and their integrity.
type Assets struct {
	Style, Icon, Channel, Session, Loader, Program Asset
}

// Asset is one file. An empty Path is a file that is not there (the program,
// before it was built): the document does without.
type Asset struct {
	Path      string
	Integrity string // sha384-…, for script and fetch
}

// The document. Nothing in it has to run before the payer can type: the style
// sheet is all that blocks it. The program is asked for at low priority, and
// what it needs to know stands in a block of JSON, which is data and not
// script for the content security policy.
//
// The warning before a session ends stands beside what the program takes over,
// and belongs to a script of its own, because both pages need it, taken over or
// not. All its words are here.
//
// The server's header says Referrer-Policy: no-referrer. Under it browsers send
// "Origin: null" with our own forms, and those without Sec-Fetch-Site could not
// prove where a form comes from. So the document relaxes it, to ourselves only.
var document = template.Must(template.New("document").Parse(`<!doctype html>
<html lang="en"{{with .View.Site.Hosts}} data-host="{{.}}"{{end}}>
<head>
<meta charset="utf-8">
<title>{{.View.Title}}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="same-origin">
<link rel="stylesheet" href="{{.Assets.Style.Path}}">
<link rel="icon" href="{{.Assets.Icon.Path}}">
<script type="module" async src="{{.Assets.Channel.Path}}" integrity="{{.Assets.Channel.Integrity}}"></script>
{{- if .View.Site.Idle}}
<script type="module" async src="{{.Assets.Session.Path}}" integrity="{{.Assets.Session.Integrity}}"></script>
{{- end}}
{{- if and .Assets.Program.Path .Routed}}
<link rel="preload" as="fetch" type="application/wasm" fetchpriority="low" crossorigin href="{{.Assets.Program.Path}}" integrity="{{.Assets.Program.Integrity}}" id="program">
<script type="module" async fetchpriority="low" src="{{.Assets.Loader.Path}}" integrity="{{.Assets.Loader.Integrity}}"></script>
{{- end}}
</head>
<body>{{.Body}}{{if .View.Site.Idle}}<dialog id="stay" role="alertdialog" data-left="{{.View.Site.Left}}" data-ends="{{.View.Site.Ends}}" aria-labelledby="stay-title" aria-describedby="stay-text">
<h2 id="stay-title">Are you still there?</h2>
<div id="stay-text"><p data-when="idle">This page closes in <span data-minutes>2 minutes</span> to protect your information.</p>
<p data-when="ends" hidden>This page closes in <span data-minutes>2 minutes</span> and cannot stay open longer. Finish what you are doing, or open it again from the portal.</p></div>
<button type="button" class="primary" data-when="idle">Stay on this page</button>
<button type="button" class="primary" data-when="ends" hidden>Go on</button>
</dialog>{{end}}<script type="application/json" id="view">{{.View}}</script></body>
</html>
`))

// Document writes the whole page. routed says that the page's path is one the
// program knows; others do without it.
func Document(w io.Writer, v View, a Assets, routed bool) error {
	return document.Execute(w, struct {
		View   View
		Assets Assets
		Routed bool
		Body   template.HTML
	}{v, a, routed, template.HTML(app.HTMLString(NewShell(v, nil)))})
}

// JSON is the View as the program asks for it.
func JSON(w io.Writer, v View) error { return json.NewEncoder(w).Encode(v) }
