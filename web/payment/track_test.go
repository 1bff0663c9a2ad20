package payment

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var swipeDay = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func TestReadTrack(t *testing.T) {
	const one, two = "%B4111111111111111^YOUNG/LEE J^31092010000000000?", ";4111111111111111=31092010000000?"
	for name, row := range map[string]struct{ typed, code string }{
		"both":             {one + two, ""},
		"both and Enter":   {one + two + "\r", ""},
		"first":            {one, ""},
		"second":           {two, ""},
		"third":            {one + two + "+1234567890=99?", ""},
		"caps lock":        {strings.Replace(one, "%B", "%b", 1), ""},
		"nothing":          {"", "track_empty"},
		"not read":         {"%E?", "track_unread"},
		"second not read":  {one + ";E?", "track_unread"},
		"cut":              {one[:30], "track_unread"},
		"not a card":       {"hello?", "track_unread"},
		"check digit":      {";4111111111111112=31092010000000?", "track_unread"},
		"two cards":        {one + ";5555555555554444=31092010000000?", "track_unread"},
		"no month":         {";4111111111111111=31132010000000?", "track_unread"},
		"no date":          {"%B4111111111111111^YOUNG/LEE^^?", "track_unread"},
		"expired":          {";4111111111111111=26102010000000?", "expiry_past"},
		"not taken":        {";378282246310005=31092010000000?", "number_brand"},
		"masked":           {"%B4111********1111^YOUNG/LEE J^31092010000000000?", "track_encrypted"},
		"ciphertext after": {one + two + "C25C1D1197D31CAA87285D59A892047426D9182EC11353C051ADD6D0F072A6CB|629949010000000000", "track_encrypted"},
		"too long":         {"%B4111111111111111^" + strings.Repeat("A", 60) + "^31092010000000000?", "track_unread"},
	} {
		card, p := ReadTrack([]byte(row.typed), []Brand{Visa, Mastercard}, swipeDay)
		switch {
		case row.code == "" && (card == nil || p != nil):
			t.Errorf("%s: %v", name, p)
		case row.code != "" && (card != nil || p == nil || p.Code != row.code || p.Field != FieldTrack):
			t.Errorf("%s: %v, want %s", name, p, row.code)
		}
	}
}

// A card that was swiped says as much as any, sends its tracks as they were typed
// but for the third, and is gone once it is cleared.
func TestSwipedCard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := []byte("4" + rapid.StringMatching(`[0-9]{14}`).Draw(t, "digits") + "0")
		for !Luhn(number) {
			number[15]++
		}
		year, month := rapid.IntRange(27, 45).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month")
		rest := fmt.Sprintf("%02d%02d%s", year, month, rapid.StringMatching(`[0-9]{3,12}`).Draw(t, "rest"))
		name := rapid.StringMatching(`[A-Z]{1,12}/[A-Z ]{1,10}`).Draw(t, "name")
		one, two := fmt.Sprintf("%%B%s^%s^%s?", number, name, rest), fmt.Sprintf(";%s=%s?", number, rest)
		typed := rapid.SampledFrom([]string{one, two, one + two}).Draw(t, "tracks")
		card, p := ReadTrack([]byte(typed+rapid.SampledFrom([]string{"", "\r", "+123?"}).Draw(t, "end")), []Brand{Visa}, swipeDay)
		if p != nil {
			t.Fatal(p)
		}
		if !card.Present || card.Brand() != Visa || card.Last4() != string(number[12:]) || card.Expiry != (Expiry{Year: 2000 + year, Month: time.Month(month)}) {
			t.Fatalf("%+v of %s", card, typed)
		}
		var held []byte
		if !RevealTrack(card, func(track []byte) { held = track }) || string(held) != typed {
			t.Fatalf("sent %q", held)
		}
		if printed := fmt.Sprintf("%+v %#v", card, *card); strings.Contains(printed, string(number[:8])) {
			t.Fatal(printed)
		}
		if want := rest[4] == '2' || rest[4] == '6'; ChipOnTrack([]byte(typed)) != want {
			t.Fatalf("a chip is told: %v", !want)
		}
		card.Clear()
		if len(bytes.Trim(held, "\x00")) != 0 || RevealTrack(card, func([]byte) {}) {
			t.Fatal("the tracks are not cleared")
		}
	})
}

// Whatever a reader types, it is a card whose number is one, or a problem.
func TestReadTrackOfAnything(t *testing.T) {
	pieces := []string{"%B", "%E?", ";", "?", "^", "=", "4111111111111111", "5555555555554444", "3109", "101", "YOUNG/LEE", "*", "+", "\r", "é", "000000000000"}
	rapid.Check(t, func(t *rapid.T) {
		typed := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 14).Draw(t, "typed"), "")
		card, p := ReadTrack([]byte(typed), []Brand{Visa, Mastercard}, swipeDay)
		if (card == nil) == (p == nil) {
			t.Fatalf("%q: %v, %v", typed, card, p)
		}
		if card != nil && (!Luhn(card.number.Bytes()) || !strings.Contains(typed, string(card.number.Bytes()))) {
			t.Fatalf("%q is %v", typed, card)
		}
	})
}

// A card in the hand needs no security code; one that is typed has to be right.
func TestReadPresentCard(t *testing.T) {
	form := func(code string) CardForm {
		return CardForm{Number: []byte("4111111111111111"), Expiry: []byte("09/31"), Name: []byte("Lee Young"), Code: []byte(code), Address: []byte("1 Main St"), ZIP: []byte("02139")}
	}
	for code, want := range map[string]string{"": "", "042": "", "42": "code_length"} {
		card, problems := ReadPresentCard(form(code), []Brand{Visa}, swipeDay)
		if At(problems, FieldCode).Code != want || want == "" && !card.Present {
			t.Errorf("code %q: %v", code, problems)
		}
	}
	if _, problems := ReadCard(form(""), []Brand{Visa}, swipeDay); At(problems, FieldCode).Code != "code_empty" {
		t.Error("a card that is not there does without its code")
	}
}
