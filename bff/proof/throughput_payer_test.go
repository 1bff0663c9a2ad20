package proof

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"paypane/web/payment"
)

// secureJar sends the Secure cookie to our own http origin, as browsers do on
// localhost.
type secureJar struct{ http.CookieJar }

func (j secureJar) SetCookies(u *url.URL, cookies []*http.Cookie) {
	j.CookieJar.SetCookies(https(u), cookies)
}
func (j secureJar) Cookies(u *url.URL) []*http.Cookie { return j.CookieJar.Cookies(https(u)) }

func https(u *url.URL) *url.URL {
	secure := *u
	secure.Scheme = "https"
	return &secure
}

// ready launches from the portal, chooses to pay all, and returns the request
// of the button "Pay".
func ready(t *testing.T, origin, harbor string, patient int) *http.Request {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Error(err)
		return nil
	}
	browser := &http.Client{Jar: secureJar{jar}}
	resp, err := browser.Get(fmt.Sprintf("%s/plain?patient=%d", harbor, patient))
	if err != nil {
		t.Error(err)
		return nil
	}
	page, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	token := regexp.MustCompile(`name="token" value="([^"]+)"`).FindSubmatch(page)
	if token == nil {
		t.Errorf("no token: %s", page)
		return nil
	}
	form := func(path, from string, values url.Values) *http.Request {
		req, err := http.NewRequest(http.MethodPost, origin+path, strings.NewReader(values.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", from)
		return req
	}
	for _, req := range []*http.Request{
		form("/launch", harbor, url.Values{"token": {string(token[1])}}),
		form("/pay", origin, url.Values{"pay": {"all"}}),
	} {
		if resp, err = browser.Do(req); err != nil {
			t.Error(err)
			return nil
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", req.URL.Path, resp.Status)
			return nil
		}
	}
	pay := form(resp.Request.URL.Path, origin, url.Values{payment.FieldNumber: {cardNumber}, payment.FieldExpiry: {"12/39"},
		payment.FieldName: {"Dana Sample"}, payment.FieldCode: {"123"}, payment.FieldAddress: {"1 Main Street"}, payment.FieldZIP: {"02110"}})
	for _, c := range jar.Cookies(https(pay.URL)) {
		pay.AddCookie(c)
	}
	return pay
}
