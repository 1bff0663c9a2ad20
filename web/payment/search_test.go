//go:build !js

package payment_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"paypane/web/payment"
)

// What is looked for, by what was typed at the desk on 2026-11-21.
func TestReadSearch(t *testing.T) {
	for typed, want := range map[string]string{
		"40211":                              "{40211    }",
		" 40211 ":                            "{40211    }",
		"1/4/1961":                           "{0   1961-01-04 }",
		"01/04/1961":                         "{0   1961-01-04 }",
		"01-04-1961":                         "{0   1961-01-04 }",
		"1.4.1961":                           "{0   1961-01-04 }",
		"1961-01-04":                         "{0   1961-01-04 }",
		"(617) 555-0100":                     "{0    6175550100}",
		"617.555.0100":                       "{0    6175550100}",
		"6175550100":                         "{0    6175550100}",
		"+1 617 555 0100":                    "{0    6175550100}",
		"Sample":                             "{0  Sample  }",
		"Dana Sample":                        "{0 Dana Sample  }",
		"sample, dana":                       "{0 dana sample  }",
		"Sample,Dana 1/4/1961":               "{0 Dana Sample 1961-01-04 }",
		"1/4/1961 Dana Sample":               "{0 Dana Sample 1961-01-04 }",
		"Sample 1961-01-04":                  "{0  Sample 1961-01-04 }",
		"Mary Ann van der Berg":              "{0 Mary Ann van der Berg  }",
		"van der Berg, Mary Ann":             "{0 Mary Ann van der Berg  }",
		", Dana":                             "{0 Dana   }",
		"O’Brien-D'Ávila, Zoë":               "{0 Zoë O’Brien-D'Ávila  }",
		strings.Repeat("n", 35):              "{0  " + strings.Repeat("n", 30) + "  }", // as names are stored
		"Sample, " + strings.Repeat("é", 25): "{0 " + strings.Repeat("é", 20) + " Sample  }",
		"":                                   "search_empty",
		" , ":                                "search_empty",
		"0":                                  "search_number",
		"12345678901234":                     "search_number",
		"555-0100":                           "search_number",
		"13/41/1961":                         "search_born",
		"1/4/61":                             "search_born",
		"Sample 1/4":                         "search_born",
		"Sample 1/4/1961 1/5/1961":           "search_born",
		"11/22/2026":                         "search_born", // tomorrow
		"Sample, 11/22/2026":                 "search_born",
		strings.Repeat("long ", 20):          "search_long",
		"4111 1111 1111 1111":                "search_card",
		"Sample 4111111111111111":            "search_card",
	} {
		s, problem := payment.ReadSearch(typed, "2026-11-21")
		got := fmt.Sprint(s)
		if problem.Code != "" {
			if got != "{0    }" || problem.Field != payment.FieldSearch {
				t.Errorf("%q: %s beside the problem %+v", typed, got, problem)
			}
			got = problem.Code
		}
		if got != want {
			t.Errorf("%q: %s, want %s", typed, got, want)
		}
	}
}

// Whatever is typed, there is something to look for or a problem with it, what is
// looked for can be asked, and its kinds hold nothing of it.
func TestReadSearchAlwaysAsks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.StringOf(rapid.RuneFrom([]rune("0123456789/-.,()+ abcñ’"))).Draw(t, "typed")
		s, problem := payment.ReadSearch(typed, "2026-11-21")
		if problem.Code != "" {
			return
		}
		if len(s.Kinds()) == 0 || len(s.Phone) != 0 && len(s.Phone) != 10 || s.Born > "2026-11-21" || s.ID < 0 ||
			len([]rune(s.Given)) > 20 || len([]rune(s.Family)) > 30 || strings.Contains(s.Family+s.Given, ",") {
			t.Fatalf("%q: %+v, kinds %v", typed, s, s.Kinds())
		}
		for _, kind := range s.Kinds() {
			if !slices.Contains([]string{"id", "family", "given", "born", "phone"}, kind) {
				t.Fatalf("%q: kind %q", typed, kind)
			}
		}
	})
}

// A name with a birth date behind it is read back from how a page writes it.
func TestReadSearchOfANameAndADay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[A-Z][a-z]{1,8}( [a-z]{1,4})?`)
		given, family := name.Draw(t, "given"), name.Draw(t, "family")
		day := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 46000).Draw(t, "day"))
		s, problem := payment.ReadSearch(family+", "+given+" "+day.Format("1/2/2006"), "2026-11-21")
		if problem.Code != "" || s.Given != given || s.Family != family || s.Born != payment.DayOf(day) || !s.Whole() || s.Words() != given+" "+family {
			t.Fatalf("%+v, %+v", s, problem)
		}
	})
}

// Everybody who is not deleted is there once, whatever rows they have.
func TestEachOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := rapid.SliceOf(rapid.Custom(func(t *rapid.T) payment.Person {
			id := rapid.IntRange(1, 6).Draw(t, "id")
			return payment.Person{ID: id, Family: "Name" + fmt.Sprint(id/2), Department: rapid.IntRange(1, 3).Draw(t, "department"), Deleted: id == 6}
		})).Draw(t, "people")
		once := payment.EachOnce(people)
		for _, p := range people {
			n := 0
			for _, q := range once {
				if p.ID == q.ID {
					n++
				}
			}
			if n != 1 && !p.Deleted || n != 0 && p.Deleted {
				t.Fatalf("%d stands %d times in %v", p.ID, n, once)
			}
		}
		if !slices.IsSortedFunc(once, func(a, b payment.Person) int { return strings.Compare(a.Family, b.Family) }) {
			t.Fatalf("not by name: %v", once)
		}
	})
}

// The day's visits come by time, those without one last, and those that will not be
// are not there.
func TestInOrder(t *testing.T) {
	visit := func(id, at string, state payment.VisitState) payment.BookedVisit {
		return payment.BookedVisit{Appointment: payment.Appointment{ID: id, Day: "2026-11-21", Time: at}, State: state}
	}
	visits := payment.InOrder([]payment.BookedVisit{visit("4", "", payment.VisitHere), visit("3", "14:00", payment.VisitExpected), visit("20", "08:15", payment.VisitLeft),
		visit("5", "08:15", payment.VisitCancelled), visit("3", "08:15", payment.VisitArriving)})
	got := ""
	for _, v := range visits {
		got += v.ID + " " + v.Time + " " + fmt.Sprint(v.State.Waiting()) + ", "
	}
	if want := "3 08:15 true, 20 08:15 false, 3 14:00 true, 4  false, "; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestCapitals(t *testing.T) {
	for said, want := range map[string]string{"BOSTON": "Boston", "BALLSTON  SPA": "Ballston Spa", "McLean": "McLean", "": "", "ÎLE": "Île"} {
		if got := payment.Capitals(said); got != want {
			t.Errorf("%q: %q, want %q", said, got, want)
		}
	}
}
