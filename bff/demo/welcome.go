package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// member is a patient the simulator plays, as GET /sim/patients lists them.
type member struct {
	ID          int    `json:"id"`
	Name        string `json:"name"`
	Department  int    `json:"department"`
	Appointment int    `json:"appointment"`
	Owed        int64  `json:"owed"` // cents
	Shows       string `json:"shows"`
}

func fetchCast(ctx context.Context, simulator string) ([]member, error) {
	answer, err := fetch(ctx, simulator+"/sim/patients")
	if err != nil {
		return nil, fmt.Errorf("fetch the cast of patients: %w", err)
	}
	var cast []member
	if err := json.Unmarshal(answer, &cast); err != nil {
		return nil, fmt.Errorf("read the cast of patients: %w", err)
	}
	// Who shows nothing is there to fill the day at the desk.
	return slices.DeleteFunc(cast, func(m member) bool { return m.Shows == "" }), nil
}

// cards of the simulator and what they do; any future expiry, any code.
var cards = [][2]string{
	{"4111 1111 1111 1111", "approved (Visa)"},
	{"5555 5555 5555 4444", "approved (Mastercard)"},
	{"3782 822463 10005", "approved where the department takes American Express"},
	{"6011 1111 1111 1117", "approved (Discover)"},
	{"4000 0000 0000 0002", "declined"},
	{"4000 0000 0000 0127", "declined, security code"},
	{"4000 0000 0000 0119", `processor says "Unknown"`},
	{"4000 0000 0000 9011", "charged, then the connection is cut before the answer"},
	{"4000 0000 0000 9029", "not charged, connection cut"},
	{"4000 0000 0000 9037", "charged, answer after 90 s"},
	{"4000 0000 0000 9045", "charged, answer is a 502 HTML page"},
	{"4000 0000 0000 9052", "charged, answer is 200 with a body that makes no sense"},
	{"4000 0000 0000 9060", "charged, answer cut, and the receipt row appears only after 20 s"},
	{"4000 0000 0000 9078", "answered 401 once, not charged"},
	{"4000 0000 0000 9086", "answered 429, not charged"},
	{"4000 0000 0000 0341", "can be stored; every charge is declined"},
}

// welcome prints where to go and what to try there.
func welcome(out io.Writer, at places, cast []member) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	defer func() { _ = table.Flush() }()
	fmt.Fprintf(table, "\nPaypane is running. Open the demo portal:\n\n")
	fmt.Fprintf(table, "  %s/\tdemo portal, the widget in a frame\n", at.portalOrigin())
	fmt.Fprintf(table, "  %s/plain\tthe same without scripts\n", at.portalOrigin())
	fmt.Fprintf(table, "  %s\tthe widget's own origin\n", at.widgetOrigin())
	fmt.Fprintf(table, "  %s/desk\tthe practice's desk; sign in as anybody of %s\n", at.widgetOrigin(), at.signInOrigin())
	fmt.Fprintf(table, "  %s/sim/book\tevery movement of money the practice saw\n", at.simulatorOrigin())
	fmt.Fprintf(table, "\nPatients (%s/?patient=ID):\n\n", at.portalOrigin())
	for _, m := range cast {
		// Quoted where it is not plain: the cast has hostile names, and this is a terminal.
		fmt.Fprintf(table, "  %d\t%s\t%d.%02d\t%s\n", m.ID, printable(m.Name), m.Owed/100, m.Owed%100, printable(m.Shows))
	}
	fmt.Fprintf(table, "\nAfter ?patient=ID, on both pages of the portal:\n\n")
	fmt.Fprintf(table, "  &people=ID,ID\tpays for these people, one after another\n")
	fmt.Fprintf(table, "  &view=receipts\tbegins there; also pay, cards, agreements, plan\n")
	fmt.Fprintf(table, "  &save=0\tcards cannot be stored\n")
	fmt.Fprintf(table, "  &cards=0\tstored cards cannot be used\n")
	fmt.Fprintf(table, "  &as=staff\tthe practice's desk\n")
	fmt.Fprintf(table, "\nTest cards (any future expiry, any code):\n\n")
	for _, card := range cards {
		fmt.Fprintf(table, "  %s\t%s\n", card[0], card[1])
	}
	fmt.Fprintf(table, "\nCtrl-C stops everything.\n")
}

func printable(text string) string {
	for _, r := range text {
		if r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069) {
			return fmt.Sprintf("%+q", text)
		}
	}
	return text
}
