package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"paypane/bff/config"
	"paypane/tier"
)

// front is a program that stands in front of the server, with the example that the
// documents have for it.
type front struct {
	name string
	// start writes the example, with other ports, certificate and server, and runs it.
	start func(t *testing.T, dir, secure, plain, server string) *exec.Cmd
}

// example is a file of docs/deploy, with what is of this machine put in its place.
func example(t *testing.T, name string, places ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("docs", "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(places); i += 2 {
		if !bytes.Contains(content, []byte(places[i])) {
			t.Fatalf("%s does not have %q", name, places[i])
		}
	}
	return strings.NewReplacer(places...).Replace(string(content))
}

var fronts = []front{
	{"nginx", func(t *testing.T, dir, secure, plain, server string) *exec.Cmd {
		site := example(t, "nginx.conf", "listen 443", "listen 127.0.0.1:"+secure, "    listen [::]:443 ssl default_server;\n", "", "    listen [::]:443 ssl http2;\n", "", "listen 80;", "listen 127.0.0.1:"+plain+";",
			"    listen [::]:80;\n", "", "server 127.0.0.1:8080", "server "+server, "/etc/ssl/pay.example.crt", dir+"/crt", "/etc/ssl/private/pay.example.key", dir+"/key")
		write(t, dir+"/site.conf", site)
		write(t, dir+"/nginx.conf", "daemon off;\npid "+dir+"/pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\nclient_body_temp_path "+dir+"/body;\nproxy_temp_path "+dir+"/proxy;\n"+
			"fastcgi_temp_path "+dir+"/f;\nuwsgi_temp_path "+dir+"/u;\nscgi_temp_path "+dir+"/s;\ninclude "+dir+"/site.conf;\n}\n")
		return exec.Command(tool("nginx"), "-e", "stderr", "-p", dir, "-c", dir+"/nginx.conf")
	}},
	{"Caddy", func(t *testing.T, dir, secure, plain, server string) *exec.Cmd {
		site := example(t, "Caddyfile", "pay.example {", "pay.example {\n\ttls "+dir+"/crt "+dir+"/key", "127.0.0.1:8080 {", server+" {")
		write(t, dir+"/Caddyfile", "{\n\tadmin off\n\tskip_install_trust\n\thttps_port "+secure+"\n\thttp_port "+plain+"\n\tstorage file_system "+dir+"/storage\n}\n"+site)
		cmd := exec.Command(tool("caddy"), "run", "--config", dir+"/Caddyfile", "--adapter", "caddyfile")
		cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+dir, "XDG_DATA_HOME="+dir)
		return cmd
	}},
}

// tool is a program that may lie where only root looks.
func tool(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	return "/usr/sbin/" + name
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// certificate makes one for pay.example, and who trusts it.
func certificate(t *testing.T, dir string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "pay.example"}, DNSNames: []string{"pay.example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	crt := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	write(t, dir+"/crt", string(crt))
	write(t, dir+"/key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(crt)
	return pool
}

// free are so many ports of 127.0.0.1 that nobody has just now.
func free(t *testing.T, n int) (ports []string) {
	t.Helper()
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports = append(ports, fmt.Sprint(l.Addr().(*net.TCPAddr).Port))
	}
	return ports
}

// behind runs a front before a server, until the test ends. It answers a client that
// comes from 127.0.0.2 and has no other names than pay.example in its DNS, and the folder
// that the front has.
func (f front) behind(t *testing.T, server string) (*http.Client, string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "front")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { // nginx's workers are somebody else
		t.Fatal(err)
	}
	pool := certificate(t, dir)
	ports := free(t, 2)
	cmd := f.start(t, dir, ports[0], ports[1], server)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		<-ended
	})
	from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	client := &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			_, port, _ := net.SplitHostPort(address)
			return from.DialContext(ctx, network, "127.0.0.1:"+map[string]string{"443": ports[0], "80": ports[1]}[port])
		}},
	}
	for {
		conn, err := net.Dial("tcp", "127.0.0.1:"+ports[0])
		if err == nil {
			conn.Close()
			return client, dir
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("%s ended: %v\n%s", f.name, err, said.String())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// The examples for what stands in front of the server serve its pages with the headers
// that it gives them, and its own name only, by TLS only.
func TestExamplesInFront(t *testing.T) {
	tier.Full(t)
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	env := working(t)
	env["PAYPANE_CLIENT_HEADER"], env["PAYPANE_PROXIES"] = "X-Forwarded-For", "127.0.0.1"
	addr, ended := serving(t, ctx, env)
	t.Cleanup(func() {
		stop()
		<-ended
	})
	for _, f := range fronts {
		t.Run(f.name, func(t *testing.T) {
			client, _ := f.behind(t, addr)
			a, err := client.Get("https://pay.example/pay")
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(a.Body)
			a.Body.Close()
			if a.StatusCode != http.StatusUnauthorized || !strings.Contains(string(body), "Open the payment page from your portal") {
				t.Errorf("%d %s", a.StatusCode, body)
			}
			for _, header := range []string{"Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options", "Referrer-Policy", "Cache-Control"} {
				if len(a.Header[header]) != 1 {
					t.Errorf("%s: %q", header, a.Header[header])
				}
			}
			a, err = client.Get("http://pay.example/pay?pane=x")
			if err != nil || a.StatusCode != http.StatusPermanentRedirect || a.Header.Get("Location") != "https://pay.example/pay?pane=x" {
				t.Errorf("without TLS: %v %v", a, err)
			}
			if a, err := client.Get("https://other.example/pay"); err == nil {
				t.Errorf("as another host: %d", a.StatusCode)
			}
			r, _ := http.NewRequest(http.MethodGet, "https://pay.example/pay", nil)
			r.Host = "other.example"
			if a, err := client.Do(r); err == nil && a.StatusCode != http.StatusMisdirectedRequest && (a.StatusCode < 400 || a.Header.Get("Content-Security-Policy") != "") &&
				!(a.StatusCode == http.StatusOK && a.ContentLength == 0) { // Caddy's answer where it serves nothing
				t.Errorf("with another Host: %d %v", a.StatusCode, a.Header)
			}
		})
	}
}

// What stands in front of the server tells it who asks, whatever the client claims; sends
// a form once, also where the server falls silent; and writes none of it to the disk.
func TestExamplesPassFormsOnce(t *testing.T) {
	tier.Full(t)
	t.Parallel()
	const marker = "4111111111111111"
	for _, f := range fronts {
		t.Run(f.name, func(t *testing.T) {
			var mu sync.Mutex
			var seen []http.Header
			var hosts, found []string
			dir := make(chan string, 1)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/big" {
					if _, err := io.Copy(io.Discard, r.Body); err != nil {
						w.WriteHeader(http.StatusBadRequest) // it was cut short
					}
					return
				}
				first := make([]byte, 4<<10)
				_, _ = io.ReadFull(r.Body, first)
				mu.Lock()
				seen, hosts = append(seen, r.Header), append(hosts, r.Host)
				place := <-dir
				dir <- place
				for _, file := range lying(place) {
					if content, err := os.ReadFile(file); err == nil && bytes.Contains(content, []byte(marker)) {
						found = append(found, file)
					}
				}
				mu.Unlock()
				_, _ = io.Copy(io.Discard, r.Body)
				if r.URL.Path == "/silent" {
					panic(http.ErrAbortHandler)
				}
				_, _ = w.Write(bytes.Repeat([]byte(marker), 200_000))
			}))
			defer server.Close()
			client, place := f.behind(t, strings.TrimPrefix(server.URL, "http://"))
			dir <- place
			for _, path := range []string{"/", "/silent"} {
				body := strings.NewReader(strings.Repeat("number="+marker+"&", 20_000))
				r, _ := http.NewRequest(http.MethodPost, "https://pay.example"+path, body)
				r.Header.Set("X-Forwarded-For", "203.0.113.9")
				a, err := client.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				answer, _ := io.ReadAll(a.Body)
				a.Body.Close()
				if path == "/" && len(answer) != 200_000*len(marker) || path == "/silent" && a.StatusCode != http.StatusBadGateway {
					t.Errorf("%s: %d, %d bytes", path, a.StatusCode, len(answer))
				}
			}
			big, err := http.NewRequest(http.MethodPost, "https://pay.example/big", io.LimitReader(zeros{}, 6<<20))
			if err != nil {
				t.Fatal(err)
			}
			if a, err := client.Do(big); err == nil && a.StatusCode < 400 {
				t.Errorf("six megabytes: %d", a.StatusCode)
			}
			mu.Lock()
			defer mu.Unlock()
			if len(seen) != 2 {
				t.Errorf("two forms were sent %d times", len(seen))
			}
			for i, h := range seen {
				clients := strings.Split(strings.Join(h["X-Forwarded-For"], ","), ",")
				if last := strings.TrimSpace(clients[len(clients)-1]); last != "127.0.0.2" || hosts[i] != "pay.example" {
					t.Errorf("from %q at %q", h["X-Forwarded-For"], hosts[i])
				}
			}
			if len(found) > 0 {
				t.Errorf("a card number lies in %q", found)
			}
		})
	}
}

// lying are the files below a folder, those included that have no name any more and are
// still open.
func lying(dir string) (files []string) {
	_ = filepath.WalkDir(dir, func(file string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files = append(files, file)
		}
		return nil
	})
	open, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, fd := range open {
		if name, err := os.Readlink(fd); err == nil && strings.HasPrefix(name, dir+"/") {
			files = append(files, fd)
		}
	}
	return files
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }

// The unit for systemd is one that it takes, with nothing that it could do without; and
// the settings beside it are those of the server, and all that it needs.
func TestExampleOfTheUnit(t *testing.T) {
	tier.Full(t)
	unit := example(t, "paypane.service", "/usr/local/bin/paypane", "/bin/true")
	file := filepath.Join(t.TempDir(), "paypane.service")
	write(t, file, unit)
	for _, args := range [][]string{{"verify", file}, {"security", "--offline=true", "--threshold=20", file}} {
		if out, err := exec.Command("systemd-analyze", args...).CombinedOutput(); err != nil {
			t.Errorf("systemd-analyze %v: %v\n%s", args, err, out)
		}
	}
	var set []string
	for line := range strings.Lines(unit + example(t, "env")) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "Environment=")
		if strings.HasPrefix(line, "PAYPANE_") {
			set = append(set, line)
		}
	}
	if unknown := config.Unknown(set); len(unknown) > 0 {
		t.Errorf("there is no %q", unknown)
	}
	for name := range working(t) {
		if name == "PAYPANE_DRAIN_DELAY" { // has a default
			continue
		}
		if !slices.ContainsFunc(set, func(line string) bool { return strings.HasPrefix(line, name) }) {
			t.Errorf("%s is not set", name)
		}
	}
}
