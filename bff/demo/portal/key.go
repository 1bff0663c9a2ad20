package portal

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// tokenLife is well under the five minutes a launch token may live: long enough for a person to read a page
// and press its button, short enough that a leaked one is stale.
const tokenLife = 2 * time.Minute

// Key signs the portal's launch tokens. It lives in memory and is made anew at every start.
type Key struct {
	signer jose.Signer
	jwks   []byte
}

// NewKey makes an Ed25519 key.
func NewKey() (*Key, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make launch key: %w", err)
	}
	id := "demo-" + rand.Text()[:8]
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.EdDSA, Key: jose.JSONWebKey{Key: private, KeyID: id}},
		(&jose.SignerOptions{}).WithType("pay-launch+jwt"))
	if err != nil {
		return nil, fmt.Errorf("make launch signer: %w", err)
	}
	jwks, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: public, KeyID: id, Algorithm: string(jose.EdDSA), Use: "sig"},
	}})
	if err != nil {
		return nil, fmt.Errorf("write launch key set: %w", err)
	}
	return &Key{signer: signer, jwks: jwks}, nil
}

// JWKS is the public half, as the widget's portals file wants it beside itself.
func (k *Key) JWKS() []byte { return k.jwks }

// claims of a launch token, in the widget's names. Times are seconds since 1970.
type claims struct {
	Issuer      string    `json:"iss"`
	Audience    string    `json:"aud"`
	IssuedAt    int64     `json:"iat"`
	Expires     int64     `json:"exp"`
	ID          string    `json:"jti"`
	Subject     string    `json:"sub"`
	Practice    int       `json:"practiceid"`
	Department  int       `json:"departmentid"`
	Patient     int       `json:"patientid"`
	Appointment int       `json:"appointmentid,omitempty"`
	Patients    []patient `json:"patients,omitempty"`
	Role        string    `json:"role"`
	Name        string    `json:"name"`
	Email       string    `json:"email"`
	View        string    `json:"view,omitempty"`
	ReturnURL   string    `json:"return_url"`
	OfferSave   bool      `json:"offer_save"`
	SavedCards  bool      `json:"saved_cards"`
}

// patient is one of those for whom somebody pays.
type patient struct {
	ID          int    `json:"patientid"`
	Department  int    `json:"departmentid"`
	Appointment int    `json:"appointmentid,omitempty"`
	Name        string `json:"name"`
}

// token is one single-use launch token for who is signed in.
func (p *Portal) token(v visit) (string, error) {
	now, who := p.config.Now(), v.Who
	subject, role := fmt.Sprintf("member-%d", who.ID), "patient"
	if who.Staff {
		subject, role = "desk-1", "staff"
	}
	var patients []patient
	for _, person := range v.people {
		role = "payer"
		patients = append(patients, patient{person.ID, person.Department, person.Appointment, person.Name})
	}
	begin := who
	if len(v.people) > 0 {
		begin = v.people[0]
	}
	token, err := jwt.Signed(p.config.Key.signer).Claims(claims{
		Issuer:      p.config.ID,
		Audience:    p.config.PayOrigin,
		IssuedAt:    now.Unix(),
		Expires:     now.Add(tokenLife).Unix(),
		ID:          rand.Text(),
		Subject:     subject,
		Practice:    p.config.Practice,
		Department:  begin.Department,
		Patient:     begin.ID,
		Appointment: begin.Appointment,
		Patients:    patients,
		Role:        role,
		Name:        who.Name,
		Email:       fmt.Sprintf("patient%d@mail.example", who.ID),
		View:        v.view,
		ReturnURL:   p.config.Origin + "/" + v.Query(),
		OfferSave:   v.save,
		SavedCards:  v.cards,
	}).Serialize()
	if err != nil {
		return "", fmt.Errorf("sign launch token: %w", err)
	}
	return token, nil
}
