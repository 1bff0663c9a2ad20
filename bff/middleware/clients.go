package middleware

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Clients says where requests tell which client they come from: in a header that the
// proxies in front of the server write. The zero Clients know nobody's address.
type Clients struct {
	// Header is its name, like X-Forwarded-For: an address, or several, of which
	// each proxy adds the one that it was called from.
	Header string
	// Proxies are the networks of those that are believed.
	Proxies []netip.Prefix
}

type clientNetworkKey struct{}

// ClientNetwork is the network of the client whose request it is: of IPv4 the first 24
// bits, of IPv6 the first 48. It is not valid where nobody knows it.
func ClientNetwork(ctx context.Context) netip.Prefix {
	network, _ := ctx.Value(clientNetworkKey{}).(netip.Prefix)
	return network
}

// Handler has requests know their client's network.
func (c Clients) Handler(next http.Handler) http.Handler {
	if c.Header == "" || len(c.Proxies) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if network := c.network(r); network.IsValid() {
			r = r.WithContext(context.WithValue(r.Context(), clientNetworkKey{}, network))
		}
		next.ServeHTTP(w, r)
	})
}

// network is that of the last address which no proxy of ours has: what stands before
// it the client may have written.
func (c Clients) network(r *http.Request) netip.Prefix {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !c.trusts(peer.Addr()) {
		return netip.Prefix{}
	}
	chain := strings.Split(strings.Join(r.Header.Values(c.Header), ","), ",")
	for _, text := range slices.Backward(chain) {
		text = strings.TrimSpace(text)
		address, err := netip.ParseAddr(text)
		if err != nil { // some write the port, too
			with, err := netip.ParseAddrPort(text)
			if err != nil {
				return netip.Prefix{}
			}
			address = with.Addr()
		}
		if c.trusts(address) {
			continue
		}
		bits := 48
		if address = address.Unmap().WithZone(""); address.Is4() {
			bits = 24
		}
		network, err := address.Prefix(bits)
		if err != nil {
			return netip.Prefix{}
		}
		return network
	}
	return netip.Prefix{}
}

func (c Clients) trusts(address netip.Addr) bool {
	address = address.Unmap().WithZone("")
	return slices.ContainsFunc(c.Proxies, func(network netip.Prefix) bool { return network.Contains(address) })
}
