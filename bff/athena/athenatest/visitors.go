package athenatest

import (
	"fmt"
	"time"
)

// visitors are patients with visits on one day, from eight to a quarter to five,
// at departments 7 and 8, for pages that show a whole day. now is when the
// simulator starts: earlier visits are over but for one who never came, those of
// the last half hour are checked in, and the next one is arriving. They show
// nothing else and are not part of the cast.
func visitors(now time.Time) (list []Patient) {
	titles := []string{"Office Visit", "Annual Physical", "Follow-up Visit", "Blood Pressure Check", "Immunization"}
	copays := []int64{2500, 2000, 0, 4000, 3000, 0, 1500}
	at, last := time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC), time.Date(2026, 1, 1, 16, 45, 0, 0, time.UTC)
	clock := time.Date(2026, 1, 1, now.Hour(), now.Minute(), 0, 0, time.UTC)
	arriving := false
	for i := 0; !at.After(last); i, at = i+1, at.Add(15*time.Minute) {
		department := 7
		if i%4 == 3 {
			department = 8
		}
		v := Visit{ID: 881000 + i, Time: at.Format("15:04"), Title: titles[i%len(titles)], Copay: copays[i%len(copays)]}
		switch ago := clock.Sub(at); {
		case ago > 30*time.Minute && i != 2:
			v.Status = "3"
		case ago > 0 && i != 2:
			v.Status = "2"
		case ago <= 0 && !arriving && department == 7:
			v.Arriving, arriving = true, true
		}
		p := Patient{ID: 40300 + i, Given: givenNames[i%len(givenNames)], Family: familyNames[i*7%len(familyNames)], Department: department, Upcoming: []Visit{v}}
		if i%3 == 1 {
			p.Claims = []Claim{{ID: 7000 + i, Service: on(2026, 9, 1+i%28), Description: "OFFICE VISIT", Billed: 18000, Insurance: 14000, Owed: 1200 + int64(i)*185}}
		}
		if i%11 == 5 {
			p.Unapplied = 1000
		}
		list = append(list, p)
	}
	// Two people of one name, on one day: only the birth date and the id tell them
	// apart.
	list[4].Given, list[4].Family = list[9].Given, list[9].Family
	return list
}

// Crowd are as many patients with a visit each on the simulator's first day, at
// department 7, for tests of a large practice.
func Crowd(n int) (list []Patient) {
	for i := range n {
		list = append(list, Patient{
			ID: 50000 + i, Given: fmt.Sprintf("%s %c.", givenNames[i%len(givenNames)], 'A'+i%26), Family: familyNames[i*7%len(familyNames)], Department: 7,
			Upcoming: []Visit{{ID: 890000 + i, Time: fmt.Sprintf("%02d:%02d", 7+i/40%12, i%40*3/2), Title: "Office Visit", Copay: int64(i%5) * 1000}},
		})
	}
	return list
}

var (
	givenNames  = []string{"Amara", "Ben", "Chiara", "Dmitri", "Elena", "Farid", "Grace", "Hugo", "Imani", "Jonas", "Keiko", "Liam", "Mina"}
	familyNames = []string{"Abernathy", "Boateng", "Castillo", "Dubois", "Eriksen", "Fontaine", "Gupta", "Hoffman", "Ibarra", "Jansen", "Kowalski"}
)
