package middleware

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

// The client's network comes from a header of a proxy that is believed, and from
// what that proxy has written: nothing else is anybody's address.
func TestClientNetwork(t *testing.T) {
	c := Clients{Header: "X-Forwarded-For", Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:1::/48")}}
	for name, row := range map[string]struct {
		peer   string
		header []string
		want   string
	}{
		"a client":                   {"10.0.0.7:4000", []string{"203.0.113.9"}, "203.0.113.0/24"},
		"of IPv6":                    {"[2001:db8:1::7]:4000", []string{"2001:db8:77:5::9"}, "2001:db8:77::/48"},
		"IPv4 in IPv6":               {"[::ffff:10.0.0.7]:4000", []string{"::ffff:203.0.113.9"}, "203.0.113.0/24"},
		"with a port":                {"10.0.0.7:4000", []string{"203.0.113.9:1234"}, "203.0.113.0/24"},
		"two proxies":                {"10.0.0.7:4000", []string{"203.0.113.9, 10.2.3.4"}, "203.0.113.0/24"},
		"what a client wrote itself": {"10.0.0.7:4000", []string{"198.51.100.1, 203.0.113.9"}, "203.0.113.0/24"},
		"in a header before":         {"10.0.0.7:4000", []string{"198.51.100.1", "203.0.113.9"}, "203.0.113.0/24"},
		"no proxy of ours":           {"203.0.113.5:4000", []string{"198.51.100.1"}, "invalid Prefix"},
		"no header":                  {"10.0.0.7:4000", nil, "invalid Prefix"},
		"proxies alone":              {"10.0.0.7:4000", []string{"10.2.3.4"}, "invalid Prefix"},
		"nonsense":                   {"10.0.0.7:4000", []string{"198.51.100.1, unknown"}, "invalid Prefix"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = row.peer
		for _, text := range row.header {
			r.Header.Add("X-Forwarded-For", text)
		}
		var got netip.Prefix
		c.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = ClientNetwork(r.Context()) })).ServeHTTP(httptest.NewRecorder(), r)
		if got.String() != row.want {
			t.Errorf("%s: %s, want %s", name, got, row.want)
		}
		Clients{}.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = ClientNetwork(r.Context()) })).ServeHTTP(httptest.NewRecorder(), r)
		if got.IsValid() {
			t.Errorf("%s: read where nothing is configured", name)
		}
	}
}
