package pages

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"paypane/bff/layout"
	"paypane/bff/middleware"
)

// framePage says hello to the host, receives the token over the channel and
// posts it. Where the launch ends there, it says so in the place of the page
// that was expected. The portal's id is public; with it the answer can carry that
// portal's frame-ancestors.
var framePage = template.Must(template.New("frame").Parse(`<!doctype html>
{{$l := .Language}}<html lang="{{$l.Tag}}" dir="{{$l.Dir}}" data-framed>
<head>
<meta charset="utf-8">
<title>{{$l.Text "page.heading"}}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="same-origin">
<link rel="stylesheet" href="{{.Style.Path}}">
<script type="module" async src="{{.Script.Path}}" integrity="{{.Script.Integrity}}"></script>
</head>
<body><div class="page"><main data-page="frame" data-hosts="{{.Hosts}}">
<div id="opening"><h1 class="quiet">{{$l.Text "frame.opening"}}</h1></div>
<div id="ended" hidden><h1 id="heading" tabindex="-1">{{$l.Text "launch.refused"}}</h1>
<div id="words"><p>{{$l.Text "frame.lost"}}</p></div>
<p>{{if .Phone}}{{$phone := .Phone}}{{with $l.Around "frame.call.phone" "phone" "practice" .Name}}{{.Before}}<a href="tel:{{$phone}}" target="_top">{{$phone}}</a>{{.After}}{{end}}{{else}}{{$l.Text "frame.call" "practice" .Name}}{{end}}</p>
<p><button type="button" class="primary" id="again">{{$l.Text "result.again"}}</button></p>
<p class="hint" id="support">{{with $l.Around "notice.support" "code"}}{{.Before}}<span></span>{{.After}}{{end}}</p></div>
</main></div></body>
</html>
`))

// Frame serves the frame page.
func (s *Launch) Frame(w http.ResponseWriter, r *http.Request) error {
	portal := s.portals.ByID(r.URL.Query().Get("portal"))
	if portal == nil { // a token with a wrong iss is refused in the frame that it was for, too
		if page, err := url.Parse(r.Referer()); err == nil {
			portal = s.portals.At(page.Scheme + "://" + page.Host)
		}
	}
	if portal == nil {
		return middleware.StatusError{Status: http.StatusNotFound}
	}
	middleware.FrameAncestors(w, r, portal.Origins)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return framePage.Execute(w, map[string]any{
		"Style": s.files.Named("paypane.css"), "Script": s.files.Named("frame.js"),
		"Language": layout.Wanted(r, portal), "Hosts": strings.Join(portal.Origins, " "), "Name": portal.Name, "Phone": portal.Phone,
	})
}
