package desk

import (
	"cmp"
	"context"
	"encoding/csv"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// ShowClose is GET /desk/closes/{count}: what was counted, what should have been there,
// and where the close stands.
func (s *Drawers) ShowClose(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	c, err := s.find(r, sess)
	if err != nil {
		return err
	}
	return s.closePage(w, r, http.StatusOK, sess, c, web.Reasoned{}, "", nil)
}

// ShowApproval is the page of a close for a second person, with what kept it from being
// approved.
func (s *Drawers) ShowApproval(w http.ResponseWriter, r *http.Request, status int, sess session.Session, number int64, why string, problems []payment.Problem) error {
	c, err := s.Ledger.DrawerClose(r.Context(), sess.Patient.Practice, number)
	if err != nil {
		return err
	}
	return s.closePage(w, r, status, sess, c, web.Reasoned{}, why, problems)
}

func (s *Drawers) closePage(w http.ResponseWriter, r *http.Request, status int, sess session.Session, c ledger.DrawerClose, typed web.Reasoned, why string, problems []payment.Problem) error {
	v := s.closeView(r.Context(), sess, c)
	v.Typed, v.TypedWhy = typed, why
	return s.Layout.Desk.Render(w, r, status, sess, web.View{Page: web.PageDeskClose, Path: web.ClosePath(c.Number), Problems: problems, StaffPages: web.StaffPages{Close: v}})
}

func (s *Drawers) closeView(ctx context.Context, sess session.Session, c ledger.DrawerClose) *web.CloseView {
	l := s.Layout.Of(sess).Language
	zone := s.Departments.Zone(ctx, payment.Patient{Practice: sess.Patient.Practice, Department: c.Department})
	moment := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return l.Value(words.Moment(t.In(zone)))
	}
	v := &web.CloseView{Number: c.Number, Stands: string(c.Stands), Who: c.By.Name, Role: layout.RoleName(l, staff.Role(c.Role)), Department: s.place(ctx, sess, c.Department), Shared: c.Shared,
		When: moment(c.At), Since: moment(c.Since), Counted: c.Counted, Held: c.Held, Off: c.Counted.Against(c.Held), Open: opened(l, c.Open), Two: c.Two,
		Reason: c.Reason, Text: c.Text, Signed: moment(c.Signed), Second: c.Second.Name, Ended: moment(c.Ended), Refusal: c.Refusal,
		For: c.For.Name, ForReason: c.For.Reason, ForText: c.For.Text,
		Own: c.CountedBy(sess.Who()), Approves: sess.Staff.May(staff.Approve) && !c.Of(sess.Who()) && ledger.SameWay(c.By.ID, sess.Who())}
	switch own := c.Of(sess.Who()); {
	case !c.Recounts(sess.Who()):
	case c.Shared && v.Own, own: // one's own, or the department's
		v.Again = web.PathDeskDrawer + "?" + web.FieldDrawerAgain + "=" + strconv.FormatInt(c.Number, 10)
	case !c.Shared && c.Department == sess.Patient.Department && sess.Staff.May(staff.Approve):
		v.Again = web.DrawerOfPath(c.Drawer().Named) + "&" + web.FieldDrawerAgain + "=" + strconv.FormatInt(c.Number, 10)
	}
	if c.Replaces > 0 {
		v.Replaces = web.ClosePath(c.Replaces)
	}
	if c.ReplacedBy > 0 {
		v.ReplacedBy = web.ClosePath(c.ReplacedBy)
	}
	if !c.Signed.IsZero() {
		v.Until = l.Value(words.Clock(c.Signed.Add(ledger.ApproveWithin).In(zone)))
	}
	v.Checks, v.Batches = checksOf(c, v.Off), batches(l, c.In)
	return v
}

// place is what a department is called.
func (s *Drawers) place(ctx context.Context, sess session.Session, department int) string {
	d, err := s.Departments.Soon(ctx, payment.Patient{Practice: sess.Patient.Practice, Department: department})
	if err != nil {
		return strconv.Itoa(department)
	}
	return cmp.Or(d.Name, d.PublicName, strconv.Itoa(department))
}

// checksOf are the checks of a close, those that were counted first, each with whose
// it is.
func checksOf(c ledger.DrawerClose, off payment.Variance) (all []web.CloseCheck) {
	recorded := slices.Clone(c.In)
	whose := func(k payment.DrawerCheck) string {
		at := slices.IndexFunc(recorded, func(a ledger.Record) bool {
			return a.CheckNumber == k.Number && a.Total() == k.Amount && !a.Kind.Returns()
		})
		if at < 0 {
			return ""
		}
		name := recorded[at].PatientName
		recorded = slices.Delete(recorded, at, at+1) // two alike are two people's
		return name
	}
	extra := slices.Clone(off.Extra)
	for _, k := range c.Counted.Checks {
		row := web.CloseCheck{Number: k.Number, Amount: k.Amount}
		if at := slices.Index(extra, k); at >= 0 {
			row.Marked, extra = "extra", slices.Delete(extra, at, at+1)
		} else {
			row.Patient = whose(k)
		}
		all = append(all, row)
	}
	for _, k := range off.Missing {
		all = append(all, web.CloseCheck{Number: k.Number, Amount: k.Amount, Patient: whose(k), Marked: "missing"})
	}
	for _, k := range c.Held.Gone {
		all = append(all, web.CloseCheck{Number: k.Number, Amount: k.Amount, Marked: "gone"})
	}
	return all
}

// batches are the upstream's batches of recordings, each with what is in it by method.
func batches(l words.Language, in []ledger.Record) (all []web.CloseBatch) {
	for _, a := range in {
		if a.Kind != payment.KindRecord || a.Batch == "" {
			continue
		}
		b := web.CloseBatch{Batch: a.Batch, How: dayMethodName(l, a)}
		at := slices.IndexFunc(all, func(c web.CloseBatch) bool { return c.Batch == b.Batch && c.How == b.How })
		if at < 0 {
			at, all = len(all), append(all, b)
		}
		all[at].Amount = all[at].Amount.Plus(a.Total())
	}
	return all
}

// closesOf are the counts of the day that an address names, those that the reader may
// see.
func (s *Drawers) closesOf(r *http.Request, sess session.Session) (zone *time.Location, day payment.Day, all []ledger.DrawerClose, problems []payment.Problem, err error) {
	zone = s.Departments.Zone(r.Context(), sess.Patient)
	day, begins, problems := dayAsked(r.URL.Query().Get(web.FieldDay), zone, s.Now())
	if all, err = s.Ledger.DrawerCloses(r.Context(), sess.Patient.Practice, begins, begins.AddDate(0, 0, 1)); err != nil {
		return zone, day, nil, nil, err
	}
	if !sess.Staff.May(staff.SeeExpected) {
		all = slices.DeleteFunc(all, func(c ledger.DrawerClose) bool { return !sees(sess, c) })
	}
	return zone, day, all, problems, nil
}

// dayAsked is the day that an address names, else today.
func dayAsked(text string, zone *time.Location, now time.Time) (day payment.Day, begins time.Time, problems []payment.Problem) {
	today := now.In(zone)
	day, begins = payment.DayOf(today), time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, zone)
	if text = strings.TrimSpace(text); text != "" {
		asked, err := time.ParseInLocation(time.DateOnly, text, zone)
		if err != nil {
			return day, begins, problem("day_form", web.FieldDay)
		}
		day, begins = payment.DayOf(asked), asked
	}
	return day, begins, nil
}

// ShowCloses is GET /desk/closes: what was counted on a day.
func (s *Drawers) ShowCloses(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	zone, day, all, problems, err := s.closesOf(r, sess)
	if err != nil {
		return err
	}
	v := &web.ClosesView{Day: day, Own: !sess.Staff.May(staff.SeeExpected)}
	if sess.Staff.May(staff.Export) {
		v.Download = web.PathDeskCloses + "/list.csv?" + web.FieldDay + "=" + string(day)
	}
	l := s.Layout.Of(sess).Language
	if sess.Staff.May(staff.Approve) && !s.Limits(sess.Patient.Practice).SharedDrawer {
		open, err := s.Ledger.OpenDrawers(r.Context(), sess.Patient.Practice, sess.Patient.Department)
		if err != nil {
			return err
		}
		for _, o := range open {
			if o.Drawer.OwnedBy(sess.Who()) {
				continue
			}
			v.Open = append(v.Open, web.OpenDrawer{Path: web.DrawerOfPath(o.Drawer.Named), Who: o.Name, Entries: o.Entries,
				Since: l.Value(words.Moment(o.Since.In(zone))), Last: l.Value(words.Moment(o.Last.In(zone)))})
		}
	}
	for _, c := range all {
		v.Rows = append(v.Rows, web.CloseRow{Path: web.ClosePath(c.Number), Time: l.Value(words.Clock(c.At.In(zone))), Who: c.By.Name, For: c.For.Name, Department: s.place(r.Context(), sess, c.Department),
			Stands: string(c.Stands), Cash: c.Counted.Cash().Minus(c.Counted.Float), Off: c.Off, Way: offWay(c), Replaced: c.ReplacedBy > 0})
	}
	status := http.StatusOK
	if len(problems) > 0 {
		status, v.Text = http.StatusUnprocessableEntity, r.URL.Query().Get(web.FieldDay)
	}
	return s.Layout.Desk.Render(w, r, status, sess, web.View{Page: web.PageDeskCloses, Path: web.PathDeskCloses, Problems: problems, StaffPages: web.StaffPages{Closes: v}})
}

// offWay says in which way a drawer is off: too much or too little of all, or both.
func offWay(c ledger.DrawerClose) string {
	switch {
	case c.Off.IsZero():
		return "none"
	case c.Net == c.Off.Cents():
		return "over"
	case c.Net == -c.Off.Cents():
		return "short"
	}
	return "off"
}

// closeColumns are those of the file. Amounts that are off are below zero where
// something is missing.
var closeColumns = []string{"number", "counted", "zone", "department_id", "who", "name", "role", "standing", "replaces", "replaced_by", "float", "cash_counted", "cash_expected", "cash_off",
	"checks_counted", "checks_expected", "checks_missing", "checks_not_recorded", "cards_counted", "cards_expected", "off", "in_doubt", "batches", "reason", "words", "signed", "second", "second_name",
	"for_name", "for_reason", "for_words"}

// Download is GET /desk/closes/list.csv: the closes of a day as a file.
func (s *Drawers) Download(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	zone, day, all, problems, err := s.closesOf(r, sess)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return s.ShowCloses(w, r, sess)
	}
	rows := [][]string{closeColumns}
	for _, c := range all {
		whole, err := s.Ledger.DrawerClose(r.Context(), sess.Patient.Practice, c.Number)
		if err != nil {
			return err
		}
		rows = append(rows, closeRow(zone, whole))
	}
	a := s.act(sess)
	a.What, a.Detail = "export", "day="+string(day)+" closes="+strconv.Itoa(len(all))
	if err := s.Ledger.DeskAct(r.Context(), a); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="closes-`+string(day)+`.csv"`)
	return csv.NewWriter(w).WriteAll(rows)
}

// closeRow is a row of the file: texts are inert, and amounts plain numbers.
func closeRow(zone *time.Location, c ledger.DrawerClose) []string {
	off := c.Counted.Against(c.Held)
	moment := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(zone).Format(time.DateTime)
	}
	known := func(n int64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatInt(n, 10)
	}
	list := func(checks []payment.DrawerCheck) string {
		texts := make([]string, len(checks))
		for i, k := range checks {
			texts[i] = k.Number + " " + k.Amount.String()
		}
		return strings.Join(texts, "; ")
	}
	var cards, expected int64
	for _, g := range payment.CardGroups {
		cards, expected = cards+c.Counted.Cards[g].Cents(), expected+c.Held.Cards[g]
	}
	var in []string
	for _, a := range c.In {
		if a.Batch != "" && !slices.Contains(in, a.Batch) {
			in = append(in, a.Batch)
		}
	}
	cash := c.Counted.Cash().Cents() - c.Counted.Float.Cents()
	return []string{known(c.Number), moment(c.At), inert(zone.String()), strconv.Itoa(c.Department), inert(c.By.ID), inert(c.By.Name), c.Role, string(c.Stands), known(c.Replaces), known(c.ReplacedBy),
		c.Counted.Float.String(), plain(cash), plain(c.Held.Cash), plain(cash - c.Held.Cash),
		payment.CheckSum(c.Counted.Checks).String(), payment.CheckSum(c.Held.Checks).String(), inert(list(off.Missing)), inert(list(off.Extra)), plain(cards), plain(expected), plain(off.Net()),
		strconv.Itoa(len(c.Open)), inert(strings.Join(in, "; ")), inert(c.Reason), inert(c.Text), moment(c.Signed), inert(c.Second.ID), inert(c.Second.Name),
		inert(c.For.Name), c.For.Reason, inert(c.For.Text)}
}

// plain are cents as a plain number, also below zero.
func plain(cents int64) string {
	if cents < 0 {
		return "-" + payment.Cents(-cents).String()
	}
	return payment.Cents(cents).String()
}
