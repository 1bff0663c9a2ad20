package athenatest

import (
	"fmt"
	"time"
)

// fixtures are the sample patients, with which a simulator starts.
func fixtures() []Patient {
	many := Patient{ID: 40218, Given: "Marisol", Family: "Vantongeren-Okonkwo", Department: 7,
		Shows: "fourteen bills: a long list"}
	for i := range 14 {
		many.Claims = append(many.Claims, Claim{
			ID: 560 + i, Service: on(2025, 9, 3).AddDate(0, i, i), Description: fmt.Sprintf("PHYSICAL THERAPY, SESSION %d", i+1),
			Billed: 14000, Insurance: 11000, Owed: 1000 + int64(i)*137,
		})
	}
	return []Patient{
		{ID: 40211, Given: "Dana", Family: "Sample", Department: 7,
			Shows: "several bills, $120.00 together",
			Upcoming: []Visit{
				{ID: 880212, In: 37, Time: "14:15", Title: "Follow-up Visit"},
				{ID: 880211, In: 9, Time: "09:30", Title: "Annual Physical"},
				{ID: 880213, In: 16, Time: "08:00", Title: "Laboratory Visit", Cancelled: true},
			},
			Claims: []Claim{
				{ID: 501, Service: on(2026, 8, 14), Description: "OFFICE VISIT", Billed: 23000, Insurance: 17750, Owed: 5250},
				{ID: 502, Service: on(2026, 9, 21), Description: "LABORATORY TESTS", Billed: 14025, Insurance: 10000, Owed: 4025},
				{ID: 503, Service: on(2026, 10, 2), Description: "FLU VACCINE", Billed: 4500, Insurance: 1775, Owed: 2725},
			}},
		{ID: 40212, Given: "Robin", Family: "Okafor", Department: 7,
			Shows: "one bill with odd cents; a second one is another provider group's and cannot be paid here",
			Claims: []Claim{
				{ID: 510, Service: on(2026, 10, 12), Description: "OFFICE VISIT", Billed: 18000, Insurance: 13683, Owed: 4317},
				{ID: 511, Department: 9, Service: on(2026, 10, 13), Description: "X-RAY", Billed: 9900, Insurance: 4400, Owed: 5500},
			}},
		{ID: 40213, Given: "Lee", Family: "Marchetti", Department: 7, Appointment: 880123, Copay: 2500,
			Shows:    "a copay for today's visit and old balances",
			Upcoming: []Visit{{ID: 880231, In: 20, Department: 8, Time: "13:00", Title: "CARDIAC STRESS TEST"}},
			Claims: []Claim{
				{ID: 520, Service: on(2026, 6, 30), Description: "OFFICE VISIT", Billed: 21000, Insurance: 19416, Owed: 1584},
				{ID: 521, Service: on(2026, 7, 19), Description: "ELECTROCARDIOGRAM", Billed: 8800, Insurance: 5790, Owed: 3010},
			}},
		{ID: 40214, Given: "Priya", Family: "Natarajan", Department: 7,
			Shows: "one bill on a payment plan beside one that can be paid",
			Claims: []Claim{
				{ID: 530, Service: on(2026, 3, 9), Description: "MINOR SURGERY", Billed: 120000, Insurance: 75000, Owed: 45000, Arranged: true},
				{ID: 531, Service: on(2026, 9, 28), Description: "OFFICE VISIT", Billed: 16000, Insurance: 10001, Owed: 5999},
			}},
		{ID: 40215, Given: "Sam", Family: "Whitlock", Department: 7,
			Shows:    "nothing due; one visit is still with the insurance",
			Upcoming: []Visit{{ID: 880251, In: 1, Time: "11:45", Title: "Office Visit"}},
			Claims: []Claim{
				{ID: 540, Service: on(2026, 5, 5), Description: "OFFICE VISIT", Billed: 15000, Insurance: 15000},
				{ID: 541, Service: on(2026, 11, 2), Description: "OFFICE VISIT", Billed: 15000},
			}},
		{ID: 40216, Given: "Ingrid", Family: "Halvorsen", Department: 7, Unapplied: 3016,
			Shows: "a credit of $30.16 and nothing due"},
		{ID: 40217, Given: "Zoë-Marie", Family: "O’Brien-D'Ávila ליאור", Department: 7,
			Shows: "a name with apostrophes, accents and right-to-left letters",
			Claims: []Claim{
				{ID: 550, Service: on(2026, 10, 20), Description: "OFFICE VISIT", Billed: 20000, Insurance: 12345, Owed: 7655},
			}},
		many,
		{ID: 40219, Given: `<img src=x onerror=alert(1)>`, Family: `x" onfocus="alert(1)`, Department: 7,
			Shows:    "a name and bills made of hostile HTML",
			Upcoming: []Visit{{ID: 880291, In: 5, Time: "10:00", Title: `<b onclick="alert(1)">Visit</b>`}},
			Claims: []Claim{
				{ID: 580, Service: on(2026, 9, 1), Description: `</script><script>alert(1)</script>`, Billed: 10000, Insurance: 9000, Owed: 1000},
				{ID: 581, Service: on(2026, 9, 2), Description: `x" onfocus="alert(1)`, Billed: 10000, Insurance: 8950, Owed: 1050},
			}},
		{ID: 40220, Given: "Maximilian", Family: "Thornbury", Preferred: "Max", Department: 8,
			Shows:    "a department that takes American Express; goes by another name",
			Upcoming: []Visit{{ID: 880301, In: 12, Time: "16:20", Title: "Cardiology Consultation"}},
			Claims: []Claim{
				{ID: 590, Service: on(2026, 10, 30), Description: "CARDIOLOGY CONSULTATION", Billed: 40000, Insurance: 26616, Owed: 13384},
			}},
		{ID: 40221, Given: "Noor", Family: "Haddad", Department: 7, Appointment: 880321,
			Shows: "pays without insurance: a visit today with neither copay nor bill"},
		{ID: 40222, Given: "Tomás", Family: "Reyes", Department: 7, Unapplied: 2000,
			Shows: "a bill of $84.00, and $20.00 that the practice already holds",
			Claims: []Claim{
				{ID: 600, Service: on(2026, 10, 26), Description: "OFFICE VISIT", Billed: 18000, Insurance: 9600, Owed: 8400},
			}},
		{ID: 40223, Given: "Joan", Family: "Ferreira", Department: 7,
			Shows:    "arrives for a visit today: to be checked in, with a copay",
			Upcoming: []Visit{{ID: 880341, Time: "11:15", Title: "Follow-up Visit", Copay: 2000, Arriving: true}}},
	}
}

func on(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 12, 0, 0, 0, time.UTC)
}
