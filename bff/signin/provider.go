package signin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"paypane/bff/portal"
)

const (
	// patience is how long a provider may take for one answer.
	patience = 10 * time.Second
	// answerSize is the longest answer of a provider, in bytes; tokenSize the longest
	// token.
	answerSize = 512 << 10
	tokenSize  = 16 << 10
	// logoutSize is the longest logout token, of which a form is made.
	logoutSize = 8 << 10
	// metadataLife is after how long a provider's metadata are read again, metadataPause
	// the least time between two attempts.
	metadataLife  = time.Hour
	metadataPause = 5 * time.Second
)

// newClient is a client for providers: it follows no redirect, waits so long and no
// longer, and takes only JSON of a bearable length.
func newClient(transport http.RoundTripper, patience time.Duration) *http.Client {
	return &http.Client{
		Timeout:       patience,
		Transport:     strict{transport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

type strict struct{ next http.RoundTripper }

// statusError is an answer that is none.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("status %d", int(e)) }

var (
	errNotJSON  = errors.New("the answer is not JSON")
	errTooLong  = errors.New("the answer is too long")
	errNoAnswer = errors.New("no answer")

	errOtherIssuer = errors.New("the provider calls itself otherwise than issuer in the portals file, letter by letter")
)

// RoundTrip lets through what is JSON and not too long. Of an error only its status
// comes through: its body may quote what we sent.
func (s strict) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := s.next.RoundTrip(r)
	if err != nil {
		return nil, errors.Join(errNoAnswer, err)
	}
	kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	switch {
	case resp.StatusCode != http.StatusOK:
		err = statusError(resp.StatusCode)
	case err != nil || kind != "application/json" && !(strings.HasPrefix(kind, "application/") && strings.HasSuffix(kind, "+json")):
		err = errNotJSON
	default:
		resp.Body = &bounded{resp.Body, answerSize}
		return resp, nil
	}
	resp.Body.Close()
	return nil, err
}

// bounded is a body that fails where it is too long.
type bounded struct {
	io.ReadCloser
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= n; b.left < 0 {
		return 0, errTooLong
	}
	return n, err
}

// party is us as the relying party of a desk's provider.
type party struct {
	desk   *portal.Desk
	origin string
	client *http.Client
	now    func() time.Time
	keysAt func(address string) *portal.Keys

	mu    sync.Mutex
	known *provider
	tried time.Time // when its metadata were read last, or could not be
	err   error     // why not
}

// sharedKeys are the key sets of all providers: desks with one provider fetch its
// keys together.
type sharedKeys struct {
	client *http.Client
	now    func() time.Time
	mu     sync.Mutex
	known  map[string]*portal.Keys
}

func (k *sharedKeys) at(address string) *portal.Keys {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.known[address] == nil {
		k.known[address] = portal.NewKeys(address, k.client, k.now)
	}
	return k.known[address]
}

// provider is what is known of a provider.
type provider struct {
	oauth       oauth2.Config
	info        *oidc.Provider
	keys        *portal.Keys
	endSession  string // empty: it has none
	prompt      string // by which it is told to ask who it is; empty: by none
	namesItself bool   // in what it leads back with (RFC 9207)
}

// metadata are what go-oidc does not read of a provider's.
type metadata struct {
	JWKS       string   `json:"jwks_uri"`
	EndSession string   `json:"end_session_endpoint"`
	Names      bool     `json:"authorization_response_iss_parameter_supported"`
	Methods    []string `json:"token_endpoint_auth_methods_supported"`
	Prompts    []string `json:"prompt_values_supported"`
}

// google is the issuer of Google's accounts.
const google = "https://accounts.google.com"

// prompt is how the provider is told to ask who it is, although it may know: as it
// says, and login where it does not. Google says nothing and knows no login.
func (m metadata) prompt(issuer string) string {
	known := m.Prompts
	switch {
	case len(known) == 0 && issuer == google:
		known = []string{"none", "consent", "select_account"}
	case len(known) == 0:
		return "login"
	}
	for _, p := range []string{"login", "select_account"} {
		if slices.Contains(known, p) {
			return p
		}
	}
	return ""
}

// provider reads what a provider publishes, the first time that it is needed and
// once an hour. While that cannot be read, what was known goes on.
func (p *party) provider(ctx context.Context) (*provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	age := p.now().Sub(p.tried)
	if p.known != nil && (p.desk.ByHand() || p.err == nil && age < metadataLife) || !p.tried.IsZero() && age < metadataPause {
		return p.known, p.err
	}
	// Detached: a browser that goes away must not leave the others without.
	found, err := p.discover(context.WithoutCancel(ctx))
	p.tried = p.now()
	if p.err = err; err == nil {
		p.known = found
	} else if p.known != nil {
		p.err = nil
	}
	return p.known, p.err
}

func (p *party) discover(ctx context.Context) (*provider, error) {
	ctx = oidc.ClientContext(ctx, p.client)
	d := p.desk
	if d.ByHand() {
		config := oidc.ProviderConfig{IssuerURL: d.Issuer, AuthURL: d.AuthorizationEndpoint, TokenURL: d.TokenEndpoint, UserInfoURL: d.UserinfoEndpoint, JWKSURL: d.JWKS}
		return p.join(config.NewProvider(ctx), metadata{JWKS: d.JWKS, EndSession: d.EndSessionEndpoint})
	}
	info, err := oidc.NewProvider(ctx, d.Issuer)
	if err != nil && strings.Contains(err.Error(), "did not match the issuer") {
		// Also one for many tenants, whose name is a pattern: whose people come in has to
		// be said.
		return nil, errOtherIssuer
	}
	if err != nil {
		return nil, fmt.Errorf("read metadata: %w", err)
	}
	var m metadata
	if err := info.Claims(&m); err != nil {
		return nil, fmt.Errorf("read metadata: %w", err)
	}
	return p.join(info, m)
}

// join makes a provider of what it says of itself. No endpoint may be where anybody
// on the way can listen.
func (p *party) join(info *oidc.Provider, m metadata) (*provider, error) {
	endpoint := info.Endpoint()
	for name, address := range map[string]string{"authorization_endpoint": endpoint.AuthURL, "token_endpoint": endpoint.TokenURL, "jwks_uri": m.JWKS} {
		if !portal.WebAddress(address) {
			return nil, fmt.Errorf("%s is no https address", name)
		}
	}
	if info.UserInfoEndpoint() != "" && !portal.WebAddress(info.UserInfoEndpoint()) || m.EndSession != "" && !portal.WebAddress(m.EndSession) {
		return nil, errors.New("userinfo_endpoint or end_session_endpoint is no https address")
	}
	endpoint.AuthStyle = oauth2.AuthStyleInHeader // what a provider takes that does not say
	if len(m.Methods) > 0 && !slices.Contains(m.Methods, "client_secret_basic") {
		if !slices.Contains(m.Methods, "client_secret_post") {
			return nil, errors.New("token_endpoint_auth_methods_supported has neither client_secret_basic nor client_secret_post")
		}
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return &provider{
		oauth: oauth2.Config{ClientID: p.desk.ClientID, ClientSecret: p.desk.ClientSecret, Endpoint: endpoint,
			RedirectURL: p.origin + PathCallback, Scopes: p.desk.Scopes},
		info: info, keys: p.keysAt(m.JWKS), endSession: m.EndSession, prompt: m.prompt(p.desk.Issuer), namesItself: m.Names,
	}, nil
}
