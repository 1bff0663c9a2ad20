package athenatest

import (
	"maps"
	"net/url"
	"regexp"
)

// What a card reader sends, with the sentinels
// (docs/upstream-api.md#card-fields): the first track with number, name and
// expiry, the second without a name, or both one after the other.
var (
	firstTrack  = regexp.MustCompile(`^%B(\d{13,19})\^([^^?]{2,26})\^(\d{2})(\d{2})[^?]*\?(?:;\d{13,19}=\d+\?)?$`)
	secondTrack = regexp.MustCompile(`^;(\d{13,19})=(\d{2})(\d{2})\d*\?$`)
)

// swiped gives a form with trackdata the card fields that it stands for, and
// says what is wrong with it. A swiped card is there, so it has no address, and
// its security code is not asked for.
func swiped(form url.Values) (filled url.Values, wrong string) {
	if flag(form, "ecommercemode") {
		return nil, "trackdata and ecommercemode exclude each other."
	}
	if form.Has("accountnumber") {
		return nil, "trackdata and accountnumber exclude each other."
	}
	number, name, year, month := "", "SWIPED CARD", "", ""
	if m := firstTrack.FindStringSubmatch(form.Get("trackdata")); m != nil {
		number, name, year, month = m[1], m[2], m[3], m[4]
	} else if m := secondTrack.FindStringSubmatch(form.Get("trackdata")); m != nil {
		number, year, month = m[1], m[2], m[3]
	} else {
		return nil, "trackdata cannot be read."
	}
	filled = maps.Clone(form)
	for field, value := range map[string]string{
		"accountnumber": number, "expirationmonthmm": month, "expirationyearyyyy": "20" + year,
		"nameoncard": name, "billingaddress": "-", "billingzip": "-",
	} {
		filled.Set(field, value)
	}
	return filled, ""
}
