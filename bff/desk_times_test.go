//go:build unix

package bff

import (
	"crypto/rand"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/bff/ledger"
	"paypane/bff/ledger/ledgertest"
	"paypane/bff/staff"
	"paypane/tier"
	"paypane/web/payment"
)

// longLedger is how many attempts the ledger of TestDeskTimes has. make desk-times
// has a million.
var longLedger = flag.Int("attempts", 0, "attempts in the ledger of TestDeskTimes (make desk-times); 0: a few, and nothing is measured")

// TestDeskTimes asks for the pages on which staff wait, on a day of 400 visits and
// 2,000 acts, and prints how long the server takes for each, beside a simulator that
// takes 50 ms for each answer. Without its flag it only looks whether they are right.
func TestDeskTimes(t *testing.T) {
	tier.Full(t)
	if raced {
		t.Skip("the ledger's file is asked in its own tests")
	}
	table := "\n| page | SQLite | PostgreSQL |\n|---|---|---|\n"
	var columns [][]string
	databases := []string{"sqlite:" + filepath.Join(t.TempDir(), "paypane.db")}
	if *longLedger > 0 {
		databases = append(databases, ledgertest.Postgres(t))
	}
	var names []string
	for _, database := range databases {
		var column []string
		names = names[:0]
		for _, m := range deskTimes(t, database) {
			names, column = append(names, m.name), append(column, m.String())
		}
		columns = append(columns, column)
	}
	if *longLedger == 0 {
		return
	}
	for i, name := range names {
		table += fmt.Sprintf("| %s | %s | %s |\n", name, columns[0][i], columns[1][i])
	}
	t.Log(table)
}

// measured is how long a page took, each time, and how much of a processor's time it
// cost in all: the server's, the simulator's and the test's, which are one process.
type measured struct {
	name string
	took []time.Duration
	cost time.Duration
}

// spent is the time of processors that the process has used.
func spent() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// String is the median, and between what it took at least and what one of twenty takes
// longer than, and what it cost of a processor. Where the machine has other work, the
// least and the cost say most.
func (m measured) String() string {
	slices.Sort(m.took)
	at := func(p int) time.Duration { return m.took[(len(m.took)-1)*p/100].Round(time.Millisecond) }
	return fmt.Sprintf("%v (%v to %v, %v of a processor)", at(50), at(0), at(95), (m.cost / time.Duration(len(m.took))).Round(time.Millisecond))
}

func deskTimes(t *testing.T, database string) (all []measured) {
	attempts, times, o := 2500, 1, setup{database: database, patients: athenatest.Crowd(400)}
	if *longLedger > 0 {
		attempts, times, o.answers = *longLedger, 21, 50*time.Millisecond
	}
	w := newWorld(t, o)
	p := payment.Patient{Practice: 195900, Department: 7, ID: 50000}
	model := func(number string, kind payment.Kind, counter payment.Counter, use ledger.CardUse, o payment.Outcome) ledger.Record {
		ctx, cents := t.Context(), payment.Cents(2500)
		line := payment.Line{Bill: "claim-" + number, Kind: payment.Claim, Number: number, Title: "Office visit", Amount: cents, Balance: cents}
		made := must(w.ledger.CreateAttempt(ctx, ledger.Record{Attempt: payment.Attempt{ID: rand.Text(), Kind: kind, PatientName: "Amara A. Abernathy",
			Charge: payment.Charge{Lines: []payment.Line{line}}, Counter: counter}, Patient: p, Portal: "desk", Subject: "cashier",
			Staff: ledger.Staff{Name: "Cashier", Role: "front_desk"}, AsOfSeq: 1}))
		if o.State == "" {
			return made
		}
		must(w.ledger.Claim(ctx, p, made.ID, use))
		must(w.ledger.MarkSending(ctx, made.ID, "0"))
		made = must(w.ledger.Settle(ctx, made.ID, o))
		w.clock.advance(time.Hour)
		return made
	}
	begun := w.clock.now()
	card := model("1", payment.KindCharge, payment.Counter{}, ledger.CardUse{Brand: payment.Visa, Last4: "1111"}, payment.Outcome{State: payment.Succeeded, Reference: "999001"})
	cash := model("2", payment.KindRecord, payment.Counter{Method: payment.Cash}, ledger.CardUse{}, payment.Outcome{State: payment.Succeeded, Batch: "12"})
	left := model("3", payment.KindCharge, payment.Counter{}, ledger.CardUse{}, payment.Outcome{})
	w.clock.step(begun.Sub(w.clock.now()))
	began := time.Now()
	lengthen(t, w.ledger, database, attempts, w.clock.now().Add(-time.Hour), card, cash, card, cash, left)
	t.Logf("%d attempts in %v", attempts, time.Since(began).Round(time.Second))
	b, clerk := w.staffed("ana", staff.Manager), w.staffed("cleo", staff.FrontDesk)
	before := func(int) {} // what the next measure does before each time, unmeasured
	measure := func(name, says string, status int, do func(i int) answer) {
		t.Helper()
		m := measured{name: name}
		for i := range times {
			w.clock.advance(time.Second)
			before(i)
			began, before := time.Now(), spent()
			a := do(i)
			m.took, m.cost = append(m.took, time.Since(began)), m.cost+spent()-before
			if a.status != status || !a.says(says) {
				t.Fatalf("%s, time %d: %d %.3000s", name, i, a.status, a.body)
			}
		}
		t.Logf("%s: %v", m.name, m)
		all, before = append(all, m), func(int) {}
	}
	patient := func(i int) string { return "/desk/patients/" + strconv.Itoa(50000+i) }
	measure("today's page, 400 visits", "400 visits", http.StatusOK, func(int) answer { return b.get("/desk") })
	// What lies in a drawer is told to nobody who counts one.
	measure("today's page, as the front desk sees it", "400 visits", http.StatusOK, func(int) answer { return clerk.get("/desk") })
	measure("search by name, one page of finds", "Gupta", http.StatusOK, func(int) answer { return b.get("/desk/patients?q=gupta") })
	measure("search that finds nobody at first", "Nobody fits", http.StatusOK, func(int) answer { return b.get("/desk/patients?q=nobodyofthatname") })
	measure("a patient who was searched for", "Copay", http.StatusOK, func(i int) answer { return b.get(patient(i)) })
	visits := map[int]string{} // of patients, as the links of today's page have them
	for _, link := range regexp.MustCompile(`/desk/patients/(\d+)\?visit=(\d+)`).FindAllStringSubmatch(b.get("/desk").body, -1) {
		visits[must(strconv.Atoi(link[1]))] = link[2]
	}
	visit := func(i int) string { return visits[50000+i] }
	measure("a patient of today's page", "Copay", http.StatusOK, func(i int) answer { return b.get(patient(i) + "?visit=" + visit(i)) })
	measure("take: the form", "Take a payment from", http.StatusOK, func(i int) answer { return b.get(patient(i) + "/take?visit=" + visit(i)) })
	before = func(i int) { b.get(patient(i) + "/take") } // its form is for its patient
	measure("take: cash is recorded", "", http.StatusSeeOther, func(i int) answer {
		form := url.Values{"other": {"3.21"}, "method": {"cash"}, "given": {"5"}, "visit": {visit(i)}, "attempt": {rand.Text()}}
		return b.post(patient(i)+"/take", form)
	})
	measure("day list, 2,000 acts", "entries", http.StatusOK, func(int) answer { return b.get("/desk/day") })
	measure("day list, as the front desk sees it", "entries", http.StatusOK, func(int) answer { return clerk.get("/desk/day") })
	measure("day list, one check number", "Nothing", http.StatusOK, func(int) answer { return b.get("/desk/day?q=1044") })
	measure("day list as a file", "support_code", http.StatusOK, func(int) answer {
		a := b.get("/desk/day/list.csv")
		if rows := strings.Count(a.body, "\n"); rows < actsADay {
			t.Errorf("the file has %d rows", rows)
		}
		return a
	})
	measure("drawers that nobody counted", "Cashier", http.StatusOK, func(int) answer { return b.get("/desk/closes") })
	return all
}
