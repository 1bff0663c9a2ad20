package checkpoint

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

var (
	ctx     = context.Background()
	patient = payment.Patient{Practice: 195900, ID: 601}
	old     = bytes.Repeat([]byte{1}, 32)
	fresh   = bytes.Repeat([]byte{2}, 40)
)

func keys(t *testing.T, secrets ...[]byte) Keys {
	t.Helper()
	k, err := NewKeys(secrets)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// happen makes something happen in a ledger.
func happen(t *testing.T, l *ledger.Ledger) {
	t.Helper()
	line := payment.Line{Bill: "claim-1", Kind: payment.Claim, Number: "1", Amount: payment.Cents(100), Balance: payment.Cents(100)}
	_, err := l.CreateAttempt(ctx, ledger.Record{Attempt: payment.Attempt{ID: rand.Text(), Charge: payment.Charge{Lines: []payment.Line{line}}},
		Patient: patient, Portal: "harbor", Subject: "user-7", AsOfSeq: 1})
	if err != nil {
		t.Fatal(err)
	}
}

// A note says what was signed, to everybody who has the key, and nothing of it
// can be changed.
func TestNotes(t *testing.T) {
	c := ledger.Checkpoint{Event: 1234, Hash: [32]byte{1, 2, 3}, At: time.Date(2026, 11, 21, 15, 0, 0, 0, time.UTC)}
	signed, err := keys(t, old).Sign(c)
	if err != nil {
		t.Fatal(err)
	}
	text := Note(signed)
	for name, k := range map[string]Keys{"the same": keys(t, old), "replaced": keys(t, fresh, old)} {
		got, err := k.Open(text)
		if err != nil || got.Event != c.Event || got.Hash != c.Hash || !got.At.Equal(c.At) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if _, err := keys(t, fresh).Open(text); err == nil {
		t.Error("a stranger's note is taken")
	}
	public, err := note.NewVerifier(keys(t, old, fresh).Public())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := note.Open(text, note.VerifierList(public)); err != nil {
		t.Errorf("with the public key alone: %v", err)
	}
	for i := range text {
		changed := bytes.Clone(text)
		changed[i] ^= 1
		if got, err := keys(t, old).Open(changed); err == nil {
			t.Errorf("with byte %d changed it is taken: %+v", i, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	k, err := NewKeys([][]byte{old})
	if err != nil {
		f.Fatal(err)
	}
	c, err := k.Sign(ledger.Checkpoint{Event: 7, At: time.Unix(1_790_000_000, 0)})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(Note(c))
	f.Add([]byte("paypane ledger\n1\n\n\n\n— paypane \n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if c, err := Read(text); err == nil && !bytes.Equal(Note(c), text) {
			t.Fatalf("%q is read as %q", text, Note(c))
		}
	})
}

// One checkpoint an hour, whoever asks; none where nothing happened; and in
// every directory.
func TestNotary(t *testing.T) {
	now := time.Date(2026, 11, 21, 15, 0, 0, 0, time.UTC)
	l := ledger.NewMemory(func() time.Time { return now })
	var servers []Notary
	for range 2 {
		servers = append(servers, Notary{Ledger: l, Keys: keys(t, old), Directory: Directory(t.TempDir()), Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	}
	count := func(want int) {
		t.Helper()
		for _, n := range servers {
			if err := n.Sign(ctx, Every); err != nil {
				t.Fatal(err)
			}
			if files, err := n.Directory.Files(); err != nil || len(files) != want {
				t.Fatalf("%d files, %v; want %d", len(files), err, want)
			}
		}
		if all, err := l.Checkpoints(ctx, 0); err != nil || len(all) != want {
			t.Fatalf("%d in the ledger, %v; want %d", len(all), err, want)
		}
	}
	count(0)
	happen(t, l)
	count(1)
	happen(t, l)
	now = now.Add(Every - time.Second)
	count(1)
	now = now.Add(time.Second)
	count(2)
	now = now.Add(Every)
	count(2)
	all, err := l.Checkpoints(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := l.Verify(ctx, all...); err != nil || r.Checkpoints != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
}

// A database that is older than its checkpoint, or another, is noticed, until
// the restoration is recorded.
func TestOldDatabase(t *testing.T) {
	now := time.Date(2026, 11, 21, 15, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	dir := t.TempDir()
	d := Directory(t.TempDir())
	k := keys(t, old)
	file, backup := filepath.Join(dir, "ledger.db"), filepath.Join(dir, "backup.db")
	open := func() *ledger.Ledger {
		t.Helper()
		l, err := ledger.Open(ctx, "sqlite:"+file, clock)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	move := func(from, to string) {
		t.Helper()
		content, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(to, content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	sign := func(l *ledger.Ledger) {
		t.Helper()
		if err := (Notary{Ledger: l, Keys: k, Directory: d}).Sign(ctx, 0); err != nil {
			t.Fatal(err)
		}
	}
	l := open()
	happen(t, l)
	sign(l)
	l.Close()
	move(file, backup)
	l = open()
	now = now.Add(time.Hour)
	happen(t, l)
	sign(l)
	if err := d.Check(ctx, l, k); err != nil {
		t.Fatalf("the right database: %v", err)
	}
	l.Close()

	move(backup, file)
	l = open()
	defer l.Close()
	now = now.Add(time.Minute)
	var stale *StaleError
	if err := d.Check(ctx, l, k); !errors.As(err, &stale) || !strings.Contains(err.Error(), "paypane ledger restored") {
		t.Fatalf("an older database: %v", err)
	}
	happen(t, l) // somebody works with it all the same
	if err := d.Check(ctx, l, k); !errors.As(err, &stale) {
		t.Fatalf("another database: %v", err)
	}
	if _, _, err := l.Restore(ctx, now); err != nil {
		t.Fatal(err)
	}
	if err := d.Check(ctx, l, k); !errors.As(err, &stale) {
		t.Fatalf("the lost events' numbers are used by others, and it is not noticed: %v", err)
	}

	l.Close()
	move(backup, file)
	l = open()
	if _, unknown, err := l.Restore(ctx, now); err != nil || unknown != 1 {
		t.Fatalf("%d unknown, %v", unknown, err)
	}
	if err := d.Check(ctx, l, k); err != nil {
		t.Fatalf("after the restoration: %v", err)
	}
	now = now.Add(time.Hour)
	happen(t, l)
	sign(l)
	if err := d.Check(ctx, l, k); err != nil {
		t.Fatalf("gone on: %v", err)
	}
	if err := os.WriteFile(filepath.Join(string(d), "20990101T000000Z-00000000009.note"), []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.Check(ctx, l, k); err == nil {
		t.Fatal("a note that nobody signed is passed over")
	}
}
