package athena

import (
	"errors"
	"fmt"
	"testing"

	"paypane/web/payment"
)

// The forms of the flag and of the expiry. Neither hides a card.
func TestStoredCardForms(t *testing.T) {
	card := func(name, value string) payment.StoredCard {
		t.Helper()
		cards, err := readMost("x", fmt.Appendf(nil, `[{"storedcardid":"9001","cardtype":"VI","cardnumberlast4":"1111",%q:%s}]`, name, value), readStoredCard)
		if err != nil || len(cards) != 1 || cards[0].Last4 != "1111" || cards[0].Brand != payment.Visa {
			t.Fatalf("%s %s: %+v, %v", name, value, cards, err)
		}
		return cards[0]
	}
	for value, want := range map[string]bool{
		`"1"`: true, `1`: true, `true`: true, `"true"`: true, `"TRUE"`: true, `"True"`: true, `"Y"`: true, `"y"`: true, `"yes"`: true,
		`"0"`: false, `0`: false, `false`: false, `"FALSE"`: false, `"N"`: false, `"no"`: false, `null`: false, `""`: false,
		`"perhaps"`: false, `2`: false, `[]`: false, `{}`: false, `1.0`: false, `"١"`: false,
	} {
		for _, name := range []string{"preferredcard", "PREFERREDCARD", "ispreferred"} {
			if got := card(name, value).Preferred; got != want {
				t.Errorf("%s %s: %t", name, value, got)
			}
		}
	}
	for value, want := range map[string]string{
		`"062027"`: "06/27", `62027`: "06/27", `"62027"`: "06/27", `122027`: "12/27", `"06/2027"`: "06/27", `"6/2027"`: "06/27", `"06\/27"`: "06/27",
		`"2027-06"`: "06/27", `"06-2027"`: "06/27", `"2027/06"`: "06/27", `"06/30/2027"`: "06/27", `"2027-06-30"`: "06/27", `"06/30/2027 00:00:00"`: "06/27", `" 062027 "`: "06/27",
		`"132027"`: "00/00", `"002027"`: "00/00", `"061927"`: "00/00", `"2027"`: "00/00", `"202706"`: "00/00", `627`: "00/00", `"06"`: "00/00", `""`: "00/00",
		`null`: "00/00", `true`: "00/00", `[]`: "00/00", `"June 2027"`: "00/00", `"-6/2027"`: "00/00", `"06/2027/01"`: "00/00", `"٠٦٢٠٢٧"`: "00/00",
	} {
		for _, name := range []string{"cardexpirationmmyyyy", "expirationdate"} {
			if got := card(name, value).Expiry.String(); got != want {
				t.Errorf("%s %s: %s, want %s", name, value, got, want)
			}
		}
	}
}

// One card that is not understood hides no other, wherever it stands, and the
// list is still one from which nothing follows that is not in it.
func TestOddStoredCard(t *testing.T) {
	good := []string{`{"storedcardid":"9001","cardnumberlast4":"1111"}`, `{"storedcardid":9002,"cardnumberlast4":"4444"}`}
	for _, odd := range []string{`null`, `7`, `"x"`, `[]`, `{}`, `{"storedcardid":null}`, `{"storedcardid":"x"}`, `{"storedcardid":-1}`,
		`{"storedcardid":"1","StoredCardID":"2"}`, `{"cardnumberlast4":"0002"}`} {
		for at := range len(good) + 1 {
			rows := append(append(append([]string{}, good[:at]...), odd), good[at:]...)
			body := "[" + rows[0] + "," + rows[1] + "," + rows[2] + "]"
			for _, body := range []string{body, `{"storedcards":` + body + `,"totalcount":3}`} {
				upstream := says(t, 200, body)
				cards, err := connect(t, upstream.URL).StoredCards(t.Context(), lee)
				if !errors.Is(err, payment.ErrOddRows) || len(cards) != 2 || cards[0].ID != "9001" || cards[1].ID != "9002" {
					t.Errorf("%s: %+v, %v", body, cards, err)
				}
			}
		}
	}
}
