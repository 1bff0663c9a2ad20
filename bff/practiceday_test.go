package bff

import (
	"encoding/json"
	"errors"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"paypane/bff/account"
	"paypane/bff/ledger"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web/payment"
)

// A payment has one day, that of the practice: by the clock of the patient's
// department, whatever zone the upstream writes. 1:30 in the morning of January
// 1 in the East is still the old year in the West.
func TestOnePaymentOneDay(t *testing.T) {
	t.Parallel()
	newYear := time.Date(2026, 1, 1, 6, 30, 0, 0, time.UTC)
	for _, row := range []struct {
		zone, day, clock string
		at               time.Time
	}{
		{"US/Eastern", "January 1, 2026", "1:30 AM EST", newYear},
		{"US/Central", "January 1, 2026", "12:30 AM CST", newYear},
		{"US/Mountain", "December 31, 2025", "11:30 PM MST", newYear},
		{"US/Pacific", "December 31, 2025", "10:30 PM PST", newYear},
		{"US/Hawaii", "December 31, 2025", "8:30 PM HST", newYear},
		{"Pacific/Guam", "January 1, 2026", "4:30 PM ChST", newYear},
		// The East is still in December when Guam has its new year.
		{"Pacific/Guam", "January 1, 2026", "12:30 AM ChST", time.Date(2025, 12, 31, 14, 30, 0, 0, time.UTC)},
		// Daylight saving: Arizona and Hawaii have none.
		{"US/Pacific", "July 1, 2026", "12:30 AM PDT", time.Date(2026, 7, 1, 7, 30, 0, 0, time.UTC)},
		{"US/Arizona", "July 1, 2026", "12:30 AM MST", time.Date(2026, 7, 1, 7, 30, 0, 0, time.UTC)},
		{"US/Hawaii", "June 30, 2026", "9:30 PM HST", time.Date(2026, 7, 1, 7, 30, 0, 0, time.UTC)},
		{"America/Puerto_Rico", "July 1, 2026", "12:30 AM AST", time.Date(2026, 7, 1, 4, 30, 0, 0, time.UTC)},
	} {
		w := newWorld(t, setup{kept: true, clock: &clock{t: row.at}, zones: map[int]string{7: row.zone}})
		b := w.visit(dana)
		id := b.choose(t, one("claim-501"))
		b.post("/pay/"+id, card())
		w.drain()
		result := b.get("/payments/" + id)
		if result.outcome() != "taken" || !strings.Contains(result.body, row.day+" at "+row.clock) {
			t.Errorf("%s: the result page says %s", row.zone, result.body)
		}
		book := w.sim.Book()
		ref := book[len(book)-1].ID
		at := func(when string) {
			t.Helper()
			for surface, day := range b.days(t, ref) {
				if day != row.day {
					t.Errorf("%s, %s: %s says %s, not %s", row.zone, when, surface, day, row.day)
				}
			}
			if pdf := pdfText(t, b.get("/receipts/"+ref+"/receipt.pdf").body); !strings.Contains(pdf, row.day) {
				t.Errorf("%s, %s: the PDF does not say %s: %s", row.zone, when, row.day, pdf)
			}
		}
		at("listed")
		w.practice.receipts = func() ([]payment.ReceiptSummary, error) { return nil, nil }
		w.practice.itemized = func(string) (payment.Receipt, error) { return payment.Receipt{}, errors.New("not listed") }
		at("not listed yet")
		// A department that cannot be asked any more keeps its zone.
		w.practice.receipts, w.practice.itemized = nil, nil
		w.practice.office = func(payment.Department, error) (payment.Department, error) {
			return payment.Department{}, errors.New("gone")
		}
		w.clock.advance(account.DepartmentLife)
		at("without the department")
		next := newWorld(t, setup{dir: w.dir, clock: w.clock})
		next.practice.Practice, b.w = w.practice, next
		at("by a server that has not read it")
	}
}

var (
	listedDay = regexp.MustCompile(`<h2[^>]*>([A-Z][a-z]+ \d{4})</h2>|on ([A-Z][a-z]+ \d{1,2})\b`)
	wholeDay  = regexp.MustCompile(`(?:Date of payment|Paid on)\W*(?:<[^>]*>\W*)*([A-Z][a-z]+ \d{1,2}, \d{4})`)
)

// days are the days that the list of receipts, the receipt's page and its files
// say of a payment, by surface.
func (b *browser) days(t testing.TB, ref string) map[string]string {
	t.Helper()
	days := map[string]string{}
	// The list has the year in its heading.
	list := b.get("/receipts").body
	month, day := "", ""
	for _, m := range listedDay.FindAllStringSubmatch(list[:strings.Index(list, "/receipts/"+ref)+len(ref)+400], -1) {
		if m[1] != "" {
			month = m[1]
		} else {
			day = m[2]
		}
	}
	name, year, _ := strings.Cut(month, " ")
	days["the list"] = day + ", " + year
	if !strings.HasPrefix(day, name) {
		t.Errorf("%q stands under %q", day, month)
	}
	for surface, body := range map[string]string{"the page": b.get("/receipts/" + ref).body, "the HTML": b.get("/receipts/" + ref + "/receipt.html").body} {
		if m := wholeDay.FindStringSubmatch(html.UnescapeString(body)); m != nil {
			days[surface] = m[1]
		} else {
			t.Errorf("%s has no day: %s", surface, body)
		}
	}
	var data struct {
		Time string `json:"time"`
	}
	if err := json.Unmarshal([]byte(b.get("/receipts/"+ref+"/receipt.json").body), &data); err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse(time.RFC3339, data.Time)
	if err != nil {
		t.Fatal(err)
	}
	days["the JSON"] = at.Format("January 2, 2006") // its own offset
	return days
}

// Whatever the moment and the zone: every surface says the same day, the
// department's.
func TestAllSurfacesSayOneDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	zones := []string{"US/Eastern", "US/Central", "US/Mountain", "US/Pacific", "US/Alaska", "US/Hawaii", "US/Arizona", "Pacific/Guam", "Pacific/Pago_Pago",
		"America/Puerto_Rico", "Pacific/Kiritimati", "Asia/Kathmandu", "UTC"}
	b := w.visit(dana)
	rapid.Check(t, func(t *rapid.T) {
		zone := must(time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone")))
		// Near the ends of days, and around the hours that are repeated.
		moment := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 2*365*24*60).Draw(t, "minutes")) * time.Minute)
		if rapid.Bool().Draw(t, "midnight") {
			moment = moment.Truncate(24 * time.Hour).Add(time.Duration(rapid.IntRange(-60, 14*60).Draw(t, "minutes after midnight")) * time.Minute)
		}
		row := payment.ReceiptSummary{Reference: "61299", Time: moment.In(eastern()), Type: "PURCHASE", Amount: payment.Cents(5250), Brand: payment.Visa, Last4: "1111"}
		w.practice.receipts = func() ([]payment.ReceiptSummary, error) { return []payment.ReceiptSummary{row}, nil }
		w.practice.itemized = func(string) (payment.Receipt, error) { return row.Receipt(), nil }
		w.practice.office = func(o payment.Department, err error) (payment.Department, error) {
			o.Zone = zone
			return o, err
		}
		w.clock.advance(account.DepartmentLife + time.Second)
		b := w.again(b)
		for surface, day := range b.days(w.t, row.Reference) {
			if want := moment.In(zone).Format("January 2, 2006"); day != want {
				t.Fatalf("%s in %s: %s says %s, not %s", moment, zone, surface, day, want)
			}
		}
	})
}

// again is the browser, launched anew where its session is over by now.
func (w *world) again(b *browser) *browser {
	if a := b.get("/receipts"); a.page() == "receipts" {
		return b
	}
	*b = *w.visit(dana)
	return b
}

// What is agreed to here, and what is planned, is told by the same clock.
func TestAgreementsHaveTheDepartmentsDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{clock: &clock{t: time.Date(2026, 11, 22, 3, 30, 0, 0, time.UTC)}, zones: map[int]string{7: "US/Hawaii"}}) // 10:30 pm in the East
	b := w.visit(lee.ID)
	id := b.agreeing(t, leesVisit, "50")
	b.post("/agree/"+id, b.signed(t, id))
	w.drain()
	a := b.get("/payments/" + id)
	if a.outcome() != "taken" || !strings.Contains(a.body, "November 21, 2026 at 5:30 PM HST") {
		t.Fatalf("%s", a.body)
	}
	m := regexp.MustCompile(`/receipts/(\d+)`).FindStringSubmatch(b.get("/receipts").body)
	if m == nil {
		t.Fatal("no receipt")
	}
	page := b.get("/receipts/" + m[1]).body
	if !strings.Contains(page, "November 21, 2026") || strings.Contains(page, "November 22, 2026") || strings.Contains(page, "EST") {
		t.Errorf("%s", page)
	}
}

// The words of a session that is over, and the question about a second payment,
// have the department's clock too.
// The desk's list of a day, on its page and as a file, is of the department's day
// and by its clock. The East is a day ahead.
func TestDayListHasTheDepartmentsDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{clock: &clock{t: time.Date(2026, 11, 22, 6, 30, 0, 0, time.UTC)}, zones: map[int]string{1: "US/Hawaii", 7: "US/Hawaii"}})
	desk := w.staffed("cy", staff.Manager)
	w.took("bo", "Bo Biller", 4444, payment.Attempt{Kind: payment.KindCharge, PatientName: "Dana Sample"}, ledger.CardUse{Brand: payment.Visa, Last4: "4242"})
	for _, query := range []string{"", "?day=2026-11-21"} {
		if a := desk.get("/desk/day" + query); !a.says("1 entry") || !a.says("8:30 PM HST") {
			t.Errorf("%q: %d %s", query, a.status, a.body)
		}
		if file := desk.get("/desk/day/list.csv" + query).body; !strings.Contains(file, "2026-11-21 20:30:00,US/Hawaii,2026-11-21,") {
			t.Errorf("%q: %s", query, file)
		}
	}
	if a := desk.get("/desk/day?day=2026-11-22"); !a.says("nothing that fits") {
		t.Errorf("the day in the East: %s", a.body)
	}
}

func TestTimesOfDayAreTheDepartments(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{zones: map[int]string{7: "US/Pacific"}}) // 7 am there
	b := w.visit(dana)
	b.paid(t, w, one("claim-501"), "4111111111111111")
	again := b.choose(t, url.Values{"pay": {"other"}, "amount": {"52.50"}})
	if a := b.get("/pay/" + again); !strings.Contains(a.body, "7:00 AM PST") {
		t.Errorf("%s", a.body)
	}
	w.clock.advance(session.Idle + time.Second)
	if a := b.get("/pay"); !strings.Contains(a.body, "was sent at 7:00 AM PST") || slices.Contains([]int{200}, a.status) {
		t.Errorf("%d %s", a.status, a.body)
	}
}
