package receipt

import (
	"encoding/json"
	"fmt"
	"time"

	"paypane/web/payment"
)

// Data is the receipt as JSON. Amounts are texts in US dollars ("45.00"), days
// are "2026-11-21", times have their offset ("2026-11-21T11:00:00-05:00"). What
// is not known is not there.
type Data struct {
	Practice DataPractice `json:"practice"`
	Patient  string       `json:"patient,omitempty"`
	// Payer is who paid, where that is somebody else.
	Payer     string `json:"payer,omitempty"`
	Reference string `json:"reference"`
	Time      string `json:"time,omitempty"`
	// Status is "paid", "taken back" or "other"; Type is the word of the
	// practice's system behind it, and Standing the same for people.
	Status   string         `json:"status"`
	Type     string         `json:"type"`
	Standing string         `json:"standing"`
	Currency string         `json:"currency"` // always "USD"
	Amount   payment.Amount `json:"amount"`
	Card     *DataCard      `json:"card,omitempty"`
	// Lines are what was paid for; their paid amounts and Unassigned are
	// together the amount of a payment that is paid.
	Lines      []DataLine      `json:"lines"`
	Unassigned *payment.Amount `json:"unassigned,omitempty"` // what no line accounts for, if anything
	AsOf       payment.Day     `json:"asOf,omitempty"`       // of what is left to pay
	Missing    []DataLack      `json:"missing"`
}

// DataPractice is the practice.
type DataPractice struct {
	Name    string   `json:"name,omitempty"`
	Address []string `json:"address,omitempty"` // lines
	Phone   string   `json:"phone,omitempty"`
	NPI     string   `json:"npi,omitempty"`
	TaxID   string   `json:"taxId,omitempty"`
}

// DataCard is the card that was charged.
type DataCard struct {
	Brand string `json:"brand,omitempty"` // "Visa"
	Last4 string `json:"last4,omitempty"`
}

// DataLine is a service, or a copay.
type DataLine struct {
	Kind        payment.Kind    `json:"kind"` // "claim", "copay"
	Service     payment.Day     `json:"dateOfService,omitempty"`
	Description string          `json:"description,omitempty"`
	Code        string          `json:"procedureCode,omitempty"`
	Provider    string          `json:"provider,omitempty"`
	Billed      *payment.Amount `json:"billed,omitempty"`
	Insurance   *payment.Amount `json:"insurancePaid,omitempty"`
	Paid        payment.Amount  `json:"paid"`
	Left        *payment.Amount `json:"leftToPay,omitempty"`
}

// DataLack is something that an administrator may ask for and that is not
// there.
type DataLack struct {
	What string         `json:"what"`
	From payment.Source `json:"from"` // "practice", "insurance": who can supply it
}

// DataOf is the receipt as it goes into JSON.
func DataOf(i payment.Itemized) Data {
	i = cleaned(i)
	d := Data{
		Practice: DataPractice(i.Practice), Patient: i.Patient, Payer: i.Payer, Reference: i.Reference,
		Status: "other", Type: i.Type, Standing: i.Standing(), Currency: "USD", Amount: i.Amount,
		Lines: []DataLine{}, AsOf: i.AsOf, Missing: []DataLack{},
	}
	switch {
	case i.Paid():
		d.Status = "paid"
	case i.TakenBack():
		d.Status = "taken back"
	}
	if !i.Time.IsZero() {
		d.Time = i.Time.Format(time.RFC3339)
	}
	if i.Brand != "" || i.Last4 != "" {
		d.Card = &DataCard{Last4: i.Last4}
		if i.Brand != "" {
			d.Card.Brand = i.Brand.Name()
		}
	}
	for _, l := range i.Lines {
		d.Lines = append(d.Lines, DataLine{
			Kind: l.Kind, Service: l.Service, Description: l.Description, Code: l.Code, Provider: l.Provider,
			Billed: known(l.Billed), Insurance: known(l.Insurance), Paid: l.Paid, Left: known(l.Left),
		})
	}
	if rest := i.Unassigned(); !rest.IsZero() {
		d.Unassigned = &rest
	}
	for _, l := range i.Missing() {
		d.Missing = append(d.Missing, DataLack(l))
	}
	return d
}

func known(s payment.Stated) *payment.Amount {
	if !s.Known {
		return nil
	}
	return &s.Amount
}

// JSON is the receipt as Data, indented.
func JSON(i payment.Itemized) ([]byte, error) {
	b, err := json.MarshalIndent(DataOf(i), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write receipt as json: %w", err)
	}
	return append(b, '\n'), nil
}
