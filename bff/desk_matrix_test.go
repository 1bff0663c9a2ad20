package bff

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"paypane/bff/ledger"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
)

// someone is whoever asks for an address.
type someone struct {
	name string
	*browser
	role     staff.Role // at the desk
	launched bool       // by a portal
	patient  bool       // or who pays for one
}

// everybody are all kinds of people who can come: through a portal, at the desk, of
// this practice and, at the desk, of another.
func (w *world) everybody() (all []someone) {
	all = append(all, someone{name: "nobody", browser: w.browser()}, someone{name: "a patient", browser: w.visit(dana), patient: true}, someone{name: "a payer", browser: w.two(), patient: true})
	for _, role := range staff.Roles {
		all = append(all, someone{name: "launched " + string(role), browser: w.as(string(role)), role: role, launched: true},
			someone{name: "at the desk " + string(role), browser: w.staffed("kim-"+string(role), role), role: role})
	}
	return append(all, someone{name: "launched staff", browser: w.as("staff"), role: staff.Biller, launched: true})
}

// may is the matrix: what the line says of whoever asks, and nothing else.
func (who someone) may(rt route) int {
	switch rt.audience {
	case web.ForPublic:
		return http.StatusOK
	case web.ForPayer, web.ForPatient:
		switch {
		case who.role != "" && !who.launched, who.role == "" && !who.patient: // the desk's session is the desk's
			return http.StatusUnauthorized
		case rt.audience == web.ForPatient && !who.patient:
			return http.StatusNotFound
		}
		return http.StatusOK
	case web.ForStaff:
		switch {
		case who.role == "" && !who.patient:
			return http.StatusUnauthorized
		case who.patient:
			return http.StatusNotFound
		case !who.role.May(rt.right):
			return http.StatusForbidden
		}
		return http.StatusOK
	}
	if who.role != "" && !who.launched || who.role == "" && !who.patient {
		return http.StatusUnauthorized
	}
	return http.StatusNotFound
}

// Nobody begins at the desk without a role that there is, without a name, or
// nowhere.
func TestNoRoleNoDesk(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	for _, p := range []staff.Person{w.person("kim", ""), w.person("kim", "auditor"), w.person("", staff.Manager)} {
		b := w.browser()
		if _, err := w.signIn(t, b, p); err == nil || b.cookie != "" {
			t.Errorf("%+v begins", p)
		}
	}
}

// Every line of the route table answers every kind of person as the matrix has it:
// the handler is reached by those who may, and by nobody else, whatever it is.
func TestRoleMatrix(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	everybody := w.everybody()
	lines := w.routes()
	// A line that names nobody, and one whose right nobody has, are nobody's.
	lines = append(lines, route{method: http.MethodGet, path: "/new"}, get("/desk/new", web.ForStaff, nil).needs("everything"), get("/desk/new2", web.ForStaff, nil))
	cells := 0
	for _, rt := range lines {
		reached := false
		rt.handler = func(rw http.ResponseWriter, _ *http.Request, _ session.Session) error {
			reached = true
			return nil
		}
		mux := http.NewServeMux()
		mux.Handle(rt.pattern(), w.serve(rt))
		path := strings.NewReplacer("{patient}", fmt.Sprint(dana), "{$}", "").Replace(rt.path)
		for _, who := range everybody {
			cells++
			reached = false
			method := rt.method
			if method == "" {
				method = http.MethodGet
			}
			r := httptest.NewRequest(method, payOrigin+path, nil)
			if method == http.MethodPost {
				r = httptest.NewRequest(method, payOrigin+path, strings.NewReader(url.Values{web.FieldPerson: {w.markFor(who, path)}}.Encode()))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			}
			if who.cookie != "" {
				r.Header.Set("Cookie", who.cookie)
			}
			a := httptest.NewRecorder()
			mux.ServeHTTP(a, r)
			if want := who.may(rt); reached != (want == http.StatusOK) || a.Code != want {
				t.Errorf("%s for %s: %d, reached %t, and the matrix says %d", rt.pattern(), who.name, a.Code, reached, want)
			}
		}
	}
	if cells < 400 {
		t.Errorf("%d cells", cells)
	}
}

// markFor is what a form carries that was printed for whoever sends it.
func (w *world) markFor(who someone, path string) string {
	of := w.store.Of
	if strings.HasPrefix(path, "/desk") {
		of = w.store.OfDesk
	}
	sess, err := of(who.request(path))
	if err != nil {
		return ""
	}
	if strings.Contains(path, "/patients/") {
		sess.Patient.ID = dana
	}
	return w.binding.For(sess)
}

// What belongs to another practice is not there for those of this one, whatever
// they may do here: its attempts, and patients whom this one does not know.
func TestForeignIDsAreNotThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	foreign := must(w.ledger.CreateAttempt(t.Context(), ledger.Record{Patient: payment.Patient{Practice: 777, Department: 7, ID: dana}, Portal: "mesa", Subject: "x", AsOfSeq: 1,
		Attempt: payment.Attempt{ID: strings.Repeat("A", 26), Kind: payment.KindVoid, Target: ledger.PaymentTarget("9002"), Value: payment.Cents(2000)}})).ID
	kim := map[string]*browser{"launched": w.as("manager"), "at the desk": w.staffed("kim", staff.Manager)}
	tried := 0
	for _, rt := range w.routes() {
		if rt.audience != web.ForStaff || !strings.Contains(rt.path, "{") || strings.HasPrefix(rt.path, "/desk/doubts") {
			continue
		}
		for name, b := range kim {
			tried++
			path := strings.NewReplacer("{patient}", "99999", "{attempt}", foreign, "{payment}", "9002", "{task}", foreign).Replace(rt.path)
			var a answer
			if rt.method == http.MethodPost {
				a = b.post(path, url.Values{})
			} else {
				a = b.get(path)
			}
			// A form for a patient who is not there was printed for nobody.
			if a.status != http.StatusNotFound && !(rt.method == http.MethodPost && strings.Contains(rt.path, "{patient}") && a.status == http.StatusConflict) {
				t.Errorf("%s, %s: %d", rt.pattern(), name, a.status)
			}
		}
	}
	if tried < 10 || len(w.sim.Book()) != 0 {
		t.Errorf("%d tried, the book has %+v", tried, w.sim.Book())
	}
}
