package bff

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"paypane/bff/dispatch"
	"paypane/bff/middleware"
	"paypane/web/payment"
)

// held are the structs of the packages through which a card passes that keep
// bytes in the open, with what the bytes are. A card's bytes are in no struct
// but as payment.Secret, which cannot be printed.
var held = map[string]string{
	"payment.CardForm": "what was typed, for the length of one call; it prints as a placeholder",
	"payment.Document": "a file of the practice's",

	"athena.answer":          "a reader of it; what it has read is in places",
	"athena.places":          "a connection",
	"athena.document":        "what a read answers; no card is read",
	"athena.row":             "the same, a row of it",
	"athena.wireAppointment": "the same",
	"athena.measured":        "the same, as it comes by",
	"athena.stream":          "the same",
	"athena.claimFields":     "a claim of it",

	"session.Binding": "keys of the bindings of forms",
	"bff.Config":      "keys of sessions",
	"portal.Webhook":  "secrets that sign what portals are told",
}

// Whatever comes to hold a card holds it as payment.Secret: a struct with bytes
// in the open has to say here what they are.
func TestCardsAreHeldAsSecrets(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, dir := range []string{".", "middleware", "portal", "session", "account", "dispatch", "layout", "pages", "desk", "athena", "residue", "../web", "../web/payment"} {
		files := token.NewFileSet()
		for _, path := range must(filepath.Glob(filepath.Join(filepath.FromSlash(dir), "*.go"))) {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			source := must(parser.ParseFile(files, path, nil, 0))
			ast.Inspect(source, func(n ast.Node) bool {
				spec, ok := n.(*ast.TypeSpec)
				if !ok {
					return true
				}
				of, ok := spec.Type.(*ast.StructType)
				if !ok {
					return true
				}
				for _, field := range of.Fields.List {
					kind := types.ExprString(field.Type)
					if _, isFunc := field.Type.(*ast.FuncType); isFunc || !bare(kind) {
						continue
					}
					id := source.Name.Name + "." + spec.Name.Name
					seen[id] = true
					if held[id] == "" {
						t.Errorf("%s: %s has a field of type %s. Make it a payment.Secret if a number or a code of a card can ever be in it, or say in this test's list what it is.",
							files.Position(field.Pos()), id, kind)
					}
				}
				return true
			})
		}
	}
	for id := range held {
		if !seen[id] {
			t.Errorf("%s holds no bytes any more", id)
		}
	}
}

// bare reports whether a field of that type shows bytes to whoever prints it.
func bare(kind string) bool {
	for _, part := range []string{"[]byte", "[]rune", "RawMessage", "bytes.Buffer", "strings.Builder", "CardForm", "io.Reader"} {
		if strings.Contains(kind, part) {
			return true
		}
	}
	return false
}

// What the server reads of a card form, and what it makes of it, cannot be
// printed or encoded.
func TestFormAndPaymentMethodCannotBePrinted(t *testing.T) {
	t.Parallel()
	const number, code = "4111111111111111", "739173917391"
	posted := httptest.NewRequest("POST", "/", strings.NewReader(url.Values{"number": {number}, "code": {code}, "code-9": {code}}.Encode()+"&"+number))
	posted.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	f, err := middleware.ReadForm(httptest.NewRecorder(), posted)
	if err != nil {
		t.Fatal(err)
	}
	in := dispatch.PaymentMethod{Stored: payment.StoredCard{ID: "9"}, Code: payment.Keep([]byte(code))}
	type holder struct {
		form   *middleware.Form
		value  middleware.Form
		method dispatch.PaymentMethod
	}
	for name, v := range map[string]any{"form": *f, "*form": f, "method": in, "*method": &in, "holder": holder{f, *f, in}, "list": []any{f, *f, in}} {
		var out bytes.Buffer
		for _, flags := range []string{"", "+", "#"} {
			for verb := 'A'; verb <= 'z'; verb++ {
				fmt.Fprintf(&out, "%"+flags+string(verb)+"\n", v)
			}
		}
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "value", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "value", v)
		json.NewEncoder(&out).Encode(v)
		gob.NewEncoder(&out).Encode(v)
		for _, secret := range []string{number[:12], code} {
			list := strings.Trim(fmt.Sprint([]byte(secret)), "[]")
			for _, text := range []string{secret, fmt.Sprintf("%x", secret), list, strings.ReplaceAll(list, " ", ","), strings.ReplaceAll(list, " ", ", "), fmt.Sprintf("%#v", []byte(secret))[7:]} {
				if at := strings.Index(out.String(), text); at >= 0 {
					t.Errorf("%s: %q in %q", name, text, out.String()[max(0, at-60):at+len(text)])
				}
			}
		}
	}
	if string(f.Bytes("number")) != number || len(f.Texts("code")) != 1 {
		t.Error("the form cannot be read either")
	}
}
