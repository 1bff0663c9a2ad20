package desk

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"paypane/bff/account"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// DayLedger is what the day list is read from.
type DayLedger interface {
	Between(ctx context.Context, practice int, from, until time.Time) ([]ledger.Record, error)
	Undone(ctx context.Context, practice int, attempts []string) (map[string]ledger.Record, error)
	TakenBack(ctx context.Context, some []ledger.Record) (map[string]ledger.Record, error)
	ActLedger
}

// Day is the list of what was taken, recorded and undone here on one day: by the
// calendar and the clock of the department at which the desk stands.
type Day struct {
	Layout      *layout.Layout
	Departments *account.Departments
	Ledger      DayLedger
	Blind       Blind
	Now         func() time.Time
	// Vendor is the code of a practice's vendor; empty: it has none.
	Vendor func(practice int) string
}

// asked is a day, and what of it somebody wants to see.
type asked struct {
	sess session.Session
	text string         // the day, where it cannot be read
	zone *time.Location // of the day
	day  payment.Day
	q    url.Values // what narrows the list, without what is empty
	all  []ledger.Record
	fits []ledger.Record
	// hidden are those whose amounts are not told, by their ids.
	hidden map[string]bool
	// undone are what has undone them, on whatever day, by their ids; back is what they
	// take back, by its.
	undone, back map[string]ledger.Record
}

// narrowing are the choices that narrow the list, in their order, with what an
// attempt has of each, as it stands in the address and in words.
func (s *Day) narrowing(l words.Language, back map[string]ledger.Record) []narrow {
	return []narrow{
		{web.FieldWho, "day.who", func(a ledger.Record) (string, string) { return countedFor(l, a, back) }},
		{web.FieldMethod, "day.how", func(a ledger.Record) (string, string) { return dayMethod(a), dayMethodName(l, a) }},
		{web.FieldBrand, "day.brand", func(a ledger.Record) (string, string) { return string(a.Brand), brandName(a) }},
		{web.FieldKind, "day.what", func(a ledger.Record) (string, string) {
			return string(a.Kind), l.Text("day.kind", "kind", string(a.Kind))
		}},
		{web.FieldState, "day.state", func(a ledger.Record) (string, string) {
			text := l.Text("day.in", "state", string(a.State))
			return text, text
		}},
	}
}

type narrow struct {
	name string
	text words.Key
	of   func(ledger.Record) (value, label string)
}

// countedFor is whom the money of an attempt is counted for, as an address and a file
// tell people apart and as they are called: the same person whose drawer it lies in, so
// that of what is taken back it is who took it. All payers are one.
func countedFor(l words.Language, a ledger.Record, back map[string]ledger.Record) (value, name string) {
	if a = ledger.CountedFor(a, back); a.ID == "" {
		return "elsewhere", l.Text("day.elsewhere")
	}
	return actor(a), who(l, a)
}

// actor is who did it, as a file tells people apart: staff by what they sign in as, and
// all payers as one.
func actor(a ledger.Record) string {
	if a.Staff.Role == "" {
		return "online"
	}
	return a.Portal + "/" + a.Subject
}

func who(l words.Language, a ledger.Record) string {
	switch {
	case a.Staff.Role == "":
		return l.Text("day.online")
	case a.Staff.Name == "":
		return accountOf(l, actor(a))
	}
	return a.Staff.Name
}

// dayMethod is how it was paid: "card" where it was charged here, else the method that
// staff named.
func dayMethod(a ledger.Record) string {
	if a.Kind.Charges() {
		return "card"
	}
	return string(a.Method)
}

// brandName is the brand of a card that was charged here; empty: none was.
func brandName(a ledger.Record) string {
	if a.Brand == "" {
		return ""
	}
	return a.Brand.Name()
}

func dayMethodName(l words.Language, a ledger.Record) string {
	switch {
	case a.Kind.Charges():
		return l.Text("day.method.card")
	case a.Method == payment.Cash:
		return l.Text("day.method.cash")
	case a.Method.IsCheck():
		return l.Text("day.method.checks")
	case a.Method == "":
		return l.Text("day.method.none")
	}
	return string(a.Method)
}

// read reads a day as its address says.
func (s *Day) read(ctx context.Context, from url.Values, sess session.Session) (d asked, problems []payment.Problem, err error) {
	l := s.Layout.Of(sess).Language
	zone := s.Departments.Zone(ctx, sess.Patient)
	d = asked{sess: sess, zone: zone, q: url.Values{}}
	var begins time.Time
	if d.day, begins, problems = dayAsked(from.Get(web.FieldDay), zone, s.Now()); len(problems) == 0 && strings.TrimSpace(from.Get(web.FieldDay)) != "" {
		d.q.Set(web.FieldDay, string(d.day))
	}
	if len(problems) > 0 {
		d.text = from.Get(web.FieldDay)
	}
	if d.all, err = s.Ledger.Between(ctx, sess.Patient.Practice, begins, begins.AddDate(0, 0, 1)); err != nil {
		return d, nil, err
	}
	if d.hidden, err = s.Blind.Hides(ctx, sess, d.all); err != nil {
		return d, nil, err
	}
	if d.back, err = s.Ledger.TakenBack(ctx, d.all); err != nil {
		return d, nil, err
	}
	d.fits = slices.Clone(d.all)
	for _, n := range s.narrowing(l, d.back) {
		if want := from.Get(n.name); want != "" {
			d.q.Set(n.name, want)
			d.fits = slices.DeleteFunc(d.fits, func(a ledger.Record) bool { value, _ := n.of(a); return value != want })
		}
	}
	if want := strings.TrimSpace(strings.Map(visible, from.Get(web.FieldSearch))); want != "" && !payment.HoldsCardNumber(want) {
		d.q.Set(web.FieldSearch, want)
		sought := seek(want)
		d.fits = slices.DeleteFunc(d.fits, func(a ledger.Record) bool { return !sought.is(a) })
	}
	ids := make([]string, len(d.fits))
	for i, a := range d.fits {
		ids[i] = a.ID
	}
	d.undone, err = s.Ledger.Undone(ctx, sess.Patient.Practice, ids)
	return d, problems, err
}

// Narrow is POST /desk/day: it leads to the list that was asked for. A card number
// in the search gets into no address, see Find.Search.
func (s *Day) Narrow(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	defer f.Clear()
	q := url.Values{}
	ask := func(name string) {
		if value := f.Shown(name); value != "" {
			q.Set(name, value)
		}
	}
	ask(web.FieldDay)
	ask(web.FieldSearch)
	for _, n := range s.narrowing(s.Layout.Of(sess).Language, nil) {
		ask(n.name)
	}
	if payment.HoldsCardNumber(f.Bytes(web.FieldSearch)) {
		return s.show(w, r, sess, q, payment.Problem{Code: "search_card", Field: web.FieldSearch})
	}
	return layout.Redirect(w, r, web.DayAddress(web.PathDeskDay, q))
}

// Show is GET /desk/day.
func (s *Day) Show(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	return s.show(w, r, sess, r.URL.Query())
}

// show prints the list that an address, or a form, asks for.
func (s *Day) show(w http.ResponseWriter, r *http.Request, sess session.Session, from url.Values, wrong ...payment.Problem) error {
	d, problems, err := s.read(r.Context(), from, sess)
	if err != nil {
		return err
	}
	problems = append(problems, wrong...)
	l := s.Layout.Of(sess).Language
	v := &web.DayView{Day: d.day, Text: d.text, Search: d.q.Get(web.FieldSearch), Blind: !sess.Staff.May(staff.SeeExpected), Own: !sess.Staff.May(staff.Export),
		Download: web.DayAddress(web.PathDeskDay+"/list.csv", d.q)}
	for _, n := range s.narrowing(l, d.back) {
		f := web.DayFilter{Name: n.name, Label: l.Text(n.text)}
		for _, a := range d.all {
			value, label := n.of(a)
			if value != "" && !slices.ContainsFunc(f.Options, func(o web.Option) bool { return o.Value == value }) {
				f.Options = append(f.Options, web.Option{Value: value, Label: label, Checked: d.q.Get(n.name) == value})
			}
		}
		slices.SortFunc(f.Options, func(a, b web.Option) int { return strings.Compare(a.Label, b.Label) })
		v.Filters = append(v.Filters, f)
	}
	for _, a := range d.fits {
		row := s.row(l, d, a)
		if a.Kind == payment.KindVendorPayment && a.State == payment.Succeeded && sess.Staff.May(staff.Vendor) && s.Vendor(a.Patient.Practice) != "" {
			row.Refund = web.RefundPath(a.Patient.ID, a.ID)
		}
		if row.Hidden = d.hidden[a.ID]; row.Hidden {
			row.Amount = payment.Amount{} // not beside the page, either
		}
		v.Rows, v.Hides = append(v.Rows, row), v.Hides || row.Hidden
	}
	v.Sums = s.sums(l, d, v.Blind)
	status := http.StatusOK
	if len(problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.Layout.Desk.Render(w, r, status, sess, web.View{Page: web.PageDeskDay, Path: web.PathDeskDay, Problems: problems, StaffPages: web.StaffPages{Day: v}})
}

// sums are those of a list. Nobody who counts a drawer sees what it should hold, so
// without the right to it cash is in none of them.
func (s *Day) sums(l words.Language, d asked, blind bool) []web.DaySums {
	open := func(name func(ledger.Record) string) func(ledger.Record) string {
		return func(a ledger.Record) string {
			if blind && a.Method == payment.Cash {
				return ""
			}
			return name(a)
		}
	}
	return []web.DaySums{
		{Caption: l.Text("day.by.who"), Sums: summed(d.fits, open(func(a ledger.Record) string { _, name := countedFor(l, a, d.back); return name }))},
		{Caption: l.Text("day.by.method"), Sums: summed(d.fits, open(func(a ledger.Record) string { return dayMethodName(l, a) }))},
		{Caption: l.Text("day.by.brand"), Sums: summed(d.fits, func(a ledger.Record) string { return brandName(a) })},
	}
}

func (s *Day) row(l words.Language, d asked, a ledger.Record) web.DayRow {
	zone, undone := d.zone, d.undone[a.ID]
	row := web.DayRow{Time: l.Value(words.Clock(a.Sent.In(zone))), Patient: a.PatientName, What: l.Text("day.kind", "kind", string(a.Kind)), How: dayMethodName(l, a), Who: who(l, a),
		State: l.Text("day.in", "state", string(a.State)), Code: a.SupportCode(), Amount: a.Total(), Back: a.Kind.Returns(), Reference: vendorNumber(a)}
	switch {
	case a.Last4 != "" && a.Brand != "":
		row.How = a.Brand.Name() + " " + a.Last4
	case a.Last4 != "":
		row.How += " " + a.Last4
	case a.CheckNumber != "":
		row.How = l.Text("day.method.check", "number", a.CheckNumber)
	}
	if a.Batch != "" {
		row.Reference = l.Text("day.method.batch", "batch", a.Batch)
	}
	if a.Posted != "" && a.Posted != payment.DayOf(a.Sent.In(zone)) {
		row.Posted = string(a.Posted)
	}
	if value, name := countedFor(l, a, d.back); value != actor(a) {
		row.Who = l.Text("day.who.both", "for", name, "by", row.Who)
	}
	if undone.ID != "" {
		how := string(undone.Kind)
		if undone.Corrects() {
			how = "corrected"
		}
		row.State = l.Text("day.undone", "state", row.State, "how", how, "code", undone.SupportCode())
	}
	switch {
	case a.Corrects():
		row.What = l.Text("day.corrects")
		row.Page = web.UndonePath(a.Patient.ID, a.ID)
	case a.Kind == payment.KindRecord:
		row.Page = web.TakenPath(a.Patient.ID, a.ID)
	}
	if a.State == payment.Unknown || a.NeedsReview {
		row.Review = web.PathReview + "/" + a.ID
	}
	return row
}

// dayColumns are those of the file. Both days stand in it: when it was entered, and
// for which it counts.
var dayColumns = []string{"entered", "zone", "counts_for", "support_code", "attempt", "patient", "patient_id", "department_id", "line", "what", "method", "check_number",
	"brand", "last4", "amount", "state", "who", "name", "role", "reference", "batch", "undoes", "reason", "vendor_reference", "terminal", "deposited", "undone_by", "counted_for"}

// Download is GET /desk/day/list.csv: the list as a file, a row for each line of a
// payment. Without the right to take lists out of the desk it has one's own rows.
func (s *Day) Download(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	d, problems, err := s.read(r.Context(), r.URL.Query(), sess)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return s.Show(w, r, sess)
	}
	if !sess.Staff.May(staff.Export) {
		d.fits = slices.DeleteFunc(d.fits, func(a ledger.Record) bool {
			return !a.By(sess.Portal, sess.Subject) && !ledger.CountedFor(a, d.back).By(sess.Portal, sess.Subject)
		})
	}
	act := act(sess, "export")
	act.Patient, act.Detail = 0, "day="+string(d.day)+" attempts="+strconv.Itoa(len(d.fits))
	if err := s.Ledger.DeskAct(r.Context(), act); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="day-`+string(d.day)+`.csv"`)
	out := csv.NewWriter(w)
	if err := out.Write(dayColumns); err != nil {
		return err
	}
	for _, a := range d.fits {
		for _, row := range lines(d, a) {
			if err := out.Write(row); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// lines are the rows of the file for an attempt, with what has undone it and whom it is
// counted for; one that is hidden is without what it is about.
func lines(d asked, a ledger.Record) (rows [][]string) {
	zone := d.zone
	at, forWhom := a.Sent.In(zone), "elsewhere"
	if of := ledger.CountedFor(a, d.back); of.ID != "" {
		forWhom = actor(of)
	}
	counts := string(a.Posted)
	if counts == "" {
		counts = at.Format(time.DateOnly)
	}
	row := func(line string, amount payment.Amount) {
		sign := ""
		if a.Kind.Returns() {
			sign = "-"
		}
		cells := []string{at.Format(time.DateTime), zone.String(), counts, a.SupportCode(), a.ID, a.PatientName, strconv.Itoa(a.Patient.ID), strconv.Itoa(a.Patient.Department), line, string(a.Kind),
			dayMethod(a), a.CheckNumber, string(a.Brand), a.Last4, "", string(a.State), actor(a), a.Staff.Name, a.Staff.Role, a.Reference, a.Batch, a.Undoes,
			strings.TrimSpace(a.ReasonCode + " " + a.ReasonText), a.VendorReference, a.Terminal, string(a.Deposited), d.undone[a.ID].ID, forWhom}
		for i := range cells {
			cells[i] = inert(cells[i])
		}
		if !d.hidden[a.ID] {
			cells[slices.Index(dayColumns, "amount")] = sign + amount.String() // a plain number, also below zero
		}
		rows = append(rows, cells)
	}
	for _, l := range a.Charge.Lines {
		row(l.Bill, l.Amount)
	}
	if len(a.Charge.Lines) == 0 {
		row(a.Target, a.Value)
	}
	return rows
}

// inert keeps spreadsheets from taking a text for a formula.
func inert(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(text)[0]) {
		return "'" + text
	}
	return text
}
