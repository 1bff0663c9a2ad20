package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/words"
)

// PathLanguage takes a POST that changes the language of a session's pages.
const PathLanguage = "/language"

// ParamLocale is what a launch, and the address of the frame page, call the
// language that the page around asks for: a BCP 47 tag.
const ParamLocale = "locale"

// The inputs of the form that changes the language.
const (
	FieldLanguage = "language" // a tag
	FieldBack     = "back"     // the path of the page that it stands on
)

// Spoken is a language to change to, as it calls itself.
type Spoken struct {
	Tag  string `json:"tag"`
	Dir  string `json:"dir"`
	Name string `json:"name"`
}

// SpokenOf describes a language.
func SpokenOf(l words.Language) Spoken {
	return Spoken{Tag: l.Tag(), Dir: l.Dir(), Name: words.Name(l)}
}

// languages is the form that changes the language, and says so where nobody who
// speaks the page's has read it. The program never takes it over: the words of
// another language come with a page that is loaded.
func languages(v View) app.UI {
	s := v.Site
	if len(s.Languages) == 0 {
		return nil
	}
	buttons := make([]app.UI, len(s.Languages))
	for i, to := range s.Languages {
		b := field.Attr(field.Attr(app.Button().Type("submit").Class("tongue"), "name", FieldLanguage), "value", to.Tag)
		buttons[i] = field.Attr(field.Attr(b, "lang", to.Tag), "dir", to.Dir).Text(to.Name)
	}
	group := field.Attr(app.Div().Class("languages"), "role", "group")
	return field.Attr(group, "aria-label", v.text("language.choose")).Body(field.Form(s.At(PathLanguage), nil, nil,
		field.Hidden(FieldBack, v.Path),
		app.If(s.Unreviewed, app.Span().Text(v.text("language.unreviewed")+" ")),
		app.Span().Class("tongues").Body(buttons...),
	))
}
