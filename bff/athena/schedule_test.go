package athena

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// What the payer is shown before a plan is made is what the upstream's book
// shows when it is over: the same days and the same cents. And at any time in
// between, the rest that the list of plans tells is the rest of it.
func TestScheduleIsTheBook(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var clock atomic.Pointer[time.Time]
		set := func(now time.Time) { clock.Store(&now) }
		made := time.Date(2026, 11, 21, rapid.IntRange(0, 23).Draw(r, "hour"), 30, 0, 0, Eastern()).AddDate(0, 0, rapid.IntRange(0, 800).Draw(r, "made"))
		set(made)
		now := func() time.Time { return *clock.Load() }

		patient := athenatest.Patient{ID: 40299, Given: "Pat", Family: "Plan", Department: 7, Shows: "a plan"}
		terms := payment.PlanTerms{Frequency: payment.Monthly}
		var total int64
		for i := range rapid.IntRange(1, 4).Draw(r, "claims") {
			owed := rapid.Int64Range(1, 900_00).Draw(r, "owed")
			total += owed
			terms.Claims = append(terms.Claims, strconv.Itoa(700+i))
			patient.Claims = append(patient.Claims, athenatest.Claim{ID: 700 + i, Service: made.AddDate(0, -3, i), Description: "VISIT", Billed: 2 * owed, Insurance: owed, Owed: owed})
		}
		terms.Cycle = payment.Cents(rapid.Int64Range((total+payment.MostInstallments-1)/payment.MostInstallments, total).Draw(r, "cycle"))
		terms.Start = payment.DayOf(made.AddDate(0, 0, rapid.IntRange(1, 31).Draw(r, "start")))
		schedule := payment.Schedule(payment.Cents(total), terms.Cycle, terms.Start)

		upstream := athenatest.New(athenatest.Options{Now: now, TokensPerMinute: -1, Patients: []athenatest.Patient{patient}})
		server := httptest.NewServer(upstream)
		defer server.Close()
		client := connect(t, server.URL, func(c *Config) { c.Now, c.Transport = now, &http.Transport{DisableKeepAlives: true} })
		card, problems := payment.ReadCard(payment.CardForm{
			Number: []byte("4111111111111111"), Expiry: []byte("12/2040"), Name: []byte("Pat Plan"),
			Code: []byte("042"), Address: []byte("12 Elm St"), ZIP: []byte("02139"),
		}, []payment.Brand{payment.Visa}, made)
		if problems != nil {
			r.Fatal(problems)
		}
		who := payment.Patient{Practice: athenatest.Practice, Department: 7, ID: patient.ID}
		if w := client.CreatePlan(t.Context(), who, terms, card, payment.DayOf(made)); !w.Done() {
			r.Fatalf("%+v", w)
		}

		done := rapid.IntRange(0, len(schedule)-1).Draw(r, "seen after")
		if done > 0 { // on the evening of a payment
			day, _ := time.ParseInLocation(time.DateOnly, string(schedule[done-1].Day), Eastern())
			set(day.Add(20 * time.Hour))
		}
		plans, err := client.Plans(t.Context(), who)
		if err != nil || len(plans) != 1 {
			r.Fatalf("%v, %v", plans, err)
		}
		if rest, want := fmt.Sprint(plans[0].Rest()), fmt.Sprint(schedule[done:]); rest != want {
			r.Fatalf("the rest after %d payments is %s, want %s", done, rest, want)
		}

		set(made.AddDate(9, 0, 0))
		var book []payment.Installment
		for _, m := range upstream.Book() {
			book = append(book, payment.Installment{Day: payment.DayOf(m.Time.In(Eastern())), Amount: payment.Cents(m.Amount)})
		}
		if got, want := fmt.Sprint(book), fmt.Sprint(schedule); got != want {
			r.Fatalf("made on %v from %v, %v at %v each:\nbook     %s\nschedule %s", made, terms.Start, payment.Cents(total), terms.Cycle, got, want)
		}
	})
}
