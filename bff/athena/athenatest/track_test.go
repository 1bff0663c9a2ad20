package athenatest_test

import (
	"net/url"
	"strings"
	"testing"
)

// A swiped card pays without the typed fields (CARD block, example (a)); it is
// refused in ecommerce mode, beside a typed number, and where it cannot be read.
func TestSwipedCard(t *testing.T) {
	for _, row := range []struct {
		track  string
		more   []string
		status int
		book   int
	}{
		{"%B4111111111111111^SAMPLE/DANA Q^3109101000000000?;4111111111111111=31091010000000?", nil, 200, 1},
		{"%B5555555555554444^SAMPLE/DANA^3109101?", nil, 200, 1},
		{";4111111111111111=31091010000000?", nil, 200, 1},
		{"%B4000000000000002^SAMPLE/DANA^3109101?", nil, 200, 0}, // declined
		{";4111111111111112=3109101?", nil, 400, 0},              // check digit
		{";4111111111111111=2001101?", nil, 400, 0},              // expired
		{"4111111111111111=31091010000000", nil, 400, 0},         // without sentinels
		{"%B4111?", nil, 400, 0},
		{";4111111111111111=3109101?", []string{"ecommercemode", "true"}, 400, 0},
		{";4111111111111111=3109101?", []string{"accountnumber", "4111111111111111"}, 400, 0},
	} {
		c := call(t, at("2026-11-21T15:00:00Z"))
		form := url.Values{"departmentid": {"7"}, "otheramount": {"40.00"}, "trackdata": {row.track}}
		for i := 0; i < len(row.more); i += 2 {
			form.Set(row.more[i], row.more[i+1])
		}
		status, _, body := c.send("POST", collect, form)
		if status != row.status || len(c.server.Book()) != row.book {
			t.Errorf("%s %v: %d %s, %d movements", row.track, row.more, status, body, len(c.server.Book()))
		}
		if strings.Contains(body, "4111") {
			t.Errorf("the answer repeats the card: %s", body)
		}
	}
}

// A copay without an appointmentid, which is optional
// (docs/upstream-api.md#collectpayment, documented), is today's
// (docs/upstream-api.md#recordpayment).
func TestCopayOfToday(t *testing.T) {
	c := call(t, at("2026-11-21T15:00:00Z"))
	status, _, body := c.send("POST", "/v1/195900/patients/40213/collectpayment", url.Values{
		"departmentid": {"7"}, "copayamount": {"25.00"}, "trackdata": {";4111111111111111=31091010000000?"}})
	if book := c.server.Book(); status != 200 || len(book) != 1 || book[0].Amount != 2500 {
		t.Errorf("%d %s, %+v", status, body, book)
	}
}
