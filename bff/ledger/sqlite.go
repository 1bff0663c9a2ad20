package ledger

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

//go:embed migrations
var migrations embed.FS

// application marks a SQLite file as a ledger (PRAGMA application_id): "Payp".
const application = 0x50617970

// busyTimeout is how long a connection waits for the lock of another process
// (a backup, an operator's shell), in milliseconds.
const busyTimeout = "5000"

// smallestPage is the least number of bytes that a database can have.
const smallestPage = 512

// sqliteStore is a SQLite file.
type sqliteStore struct {
	sqlStore
	path  string
	file  os.FileInfo  // the file that was opened, to notice when another takes its place
	lock  *flock.Flock // held by the one server of the file
	fresh bool         // the file had nothing in it yet
	now   func() time.Time
}

// openSQLite opens or makes the file and leaves nothing half-open on failure.
// Without change it makes none and leaves the schema as it is.
func openSQLite(ctx context.Context, path string, now func() time.Time, change bool) (store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	made := false
	if change {
		made, err = prepare(path)
	} else {
		_, err = os.Stat(path)
	}
	if err != nil {
		return nil, err
	}
	// A file has one lock, by whatever links it is named.
	file, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, err
	}
	s := &sqliteStore{path: path, now: now, lock: flock.New(file + "-lock")}
	s.queue = newQueue()
	s.dialect = dialect{
		rebind: func(statement string) string { return statement },
		read:   &sql.TxOptions{ReadOnly: true},
	}
	err = s.open(ctx, change)
	if err == nil {
		return s, nil
	}
	if s.reader != nil {
		_ = s.close()
	}
	if made {
		for _, suffix := range []string{"-shm", "-wal", ""} {
			os.Remove(path + suffix)
		}
	}
	return nil, advice(path, err)
}

// open connects and goes through the checks, in the order in which a failure
// leaves least behind.
func (s *sqliteStore) open(ctx context.Context, change bool) (err error) {
	if s.file, err = os.Stat(s.path); err != nil {
		return err
	}
	if s.writer, err = sqliteDB(dsn(s.path, "_txlock", "immediate")); err != nil {
		return err
	}
	if s.reader, err = sqliteDB(dsn(s.path, "_query_only", "on")); err != nil {
		return errors.Join(err, s.writer.Close())
	}
	s.writer.SetMaxOpenConns(1)
	s.reader.SetMaxOpenConns(4)
	s.reader.SetMaxIdleConns(4)
	beat := func(ctx context.Context) error {
		return s.update(ctx, func(t tx) error { return t.heartbeat(s.now()) })
	}
	steps := []func(context.Context) error{s.inspect, s.settings, s.migrate, s.checkSchema, s.ready, beat}
	if !change {
		steps = []func(context.Context) error{s.inspect, s.current, s.settings, s.readable, s.ready}
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// sqliteDB is a database whose connections keep their statements.
func sqliteDB(dsn string) (*sql.DB, error) {
	c, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(preparing{c}), nil
}

// ready notices when another file stands under the name of the one that was
// opened.
func (s *sqliteStore) ready(context.Context) error {
	file, err := os.Stat(s.path)
	if err != nil {
		return err
	}
	if !os.SameFile(file, s.file) {
		return fmt.Errorf("another file took the place of %s: restart", s.path)
	}
	return nil
}

// occupy keeps other servers from the file for as long as it is open.
func (s *sqliteStore) occupy() error {
	got, err := s.lock.TryLock()
	if err != nil {
		return fmt.Errorf("lock %s: %w", s.lock.Path(), err)
	}
	if !got {
		return fmt.Errorf("another server works with %s: stop it, or use PostgreSQL for several servers", s.path)
	}
	return nil
}

func (s *sqliteStore) alone() bool { return s.lock.Locked() }

func (s *sqliteStore) close() error {
	return errors.Join(s.sqlStore.close(), s.lock.Close())
}

// dsn is the name of the database for the driver. The settings are repeated by
// every connection, because the driver replaces connections that were
// interrupted. The journal mode is a property of the file and set once, after
// it is known to be ours.
func dsn(path, key, value string) string {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path), OmitHost: true}
	q := url.Values{
		"mode":          {"rw"}, // never make a file: prepare did, with its permissions
		"_busy_timeout": {busyTimeout},
		"_foreign_keys": {"on"},
		"_synchronous":  {"full"},
		"_pragma":       {"secure_delete(1)"}, // what is pruned is overwritten
		"_defensive":    {"1"},
		"_dqs":          {"0"},
		"_error_rc":     {"1"},
		key:             {value},
	}
	return u.String() + "?" + q.Encode()
}

// prepare looks at the file with the eyes of the operating system, which gives
// better reasons than SQLite, and makes it where it is missing.
func prepare(path string) (made bool, err error) {
	dir := filepath.Dir(path)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("the directory %s does not exist: create it, for the user who runs paypane only", dir)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		f.Close()
		return true, syncDirectory(dir)
	}
	if !errors.Is(err, fs.ErrExist) {
		return false, fmt.Errorf("%s cannot be made (%w): let the user who runs paypane write to its directory", path, err)
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return false, err
	case info.IsDir():
		return false, fmt.Errorf("%s is a directory: name a file in it", path)
	case !info.Mode().IsRegular():
		return false, fmt.Errorf("%s is not an ordinary file: name another", path)
	case info.Size() < smallestPage:
		// SQLite takes a file of no or one byte for a new database. A ledger
		// that was cut to nothing would forget every payment on its way.
		return false, fmt.Errorf("%s is empty or cut to %d bytes: restore it from a backup, or remove it if no payment was ever recorded in it", path, info.Size())
	}
	f, err = os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return false, fmt.Errorf("%s cannot be written (%w): let the user who runs paypane read and write it", path, err)
	}
	return false, f.Close()
}

// waiting reports whether something beside the file is still to be written to
// it. Until then the file may end within a page, if the machine stopped; after
// that only if it was cut, which SQLite does not notice within an index.
func waiting(path string) bool {
	log, err := os.Stat(path + "-wal")
	return err == nil && log.Size() > 0
}

// syncDirectory makes a new file's name durable.
func syncDirectory(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// inspect refuses what is not a whole ledger before anything is written to it.
func (s *sqliteStore) inspect(ctx context.Context) error {
	var id, tables int
	if err := s.writer.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&id); err != nil {
		return err
	}
	if err := s.writer.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil {
		return err
	}
	if id != application && (id != 0 || tables != 0) {
		return fmt.Errorf("%s is the database of another program: name another file", s.path)
	}
	if s.file.Size()%smallestPage != 0 && !waiting(s.path) {
		return damaged(s.path, errors.New("its size is not one of whole pages"))
	}
	s.fresh = id == 0
	var verdict string
	if err := s.writer.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return damaged(s.path, errors.New(verdict))
	}
	return nil
}

// settings sets what belongs to the file and reads back what durability
// depends on.
func (s *sqliteStore) settings(ctx context.Context) error {
	var mode string
	if err := s.writer.QueryRowContext(ctx, `PRAGMA journal_mode = WAL`).Scan(&mode); err != nil {
		return err
	}
	if s.fresh { // otherwise the mark is there, and a file to be refused stays as it is
		if _, err := s.writer.ExecContext(ctx, fmt.Sprintf(`PRAGMA application_id = %d`, application)); err != nil {
			return err
		}
	}
	for _, db := range []*sql.DB{s.writer, s.reader} {
		for _, want := range []struct{ pragma, value string }{
			{"journal_mode", "wal"},
			{"synchronous", "2"}, // FULL: a commit is on the disk when it returns
			{"foreign_keys", "1"},
			{"busy_timeout", busyTimeout},
		} {
			var got string
			if err := db.QueryRowContext(ctx, `PRAGMA `+want.pragma).Scan(&got); err != nil {
				return err
			}
			if got != want.value {
				return fmt.Errorf("%s: %s is %q and must be %q, or a payment could be forgotten: put the file on a local disk", s.path, want.pragma, got, want.value)
			}
		}
	}
	return nil
}

func (s *sqliteStore) migrations() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, s.writer, files,
		goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()),
		goose.WithGoMigrations(goose.NewGoMigration(3, &goose.GoFunc{RunTx: chainEvents}, nil)))
}

// current refuses a file whose schema is not the one that this program knows.
func (s *sqliteStore) current(ctx context.Context) error {
	provider, err := s.migrations()
	if err != nil {
		return err
	}
	return current(ctx, s.writer, provider, s.path)
}

// migrate brings the schema up to date. There is no way back: an older program
// refuses a newer file.
func (s *sqliteStore) migrate(ctx context.Context) error {
	provider, err := s.migrations()
	if err != nil {
		return err
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if current > target {
		return fmt.Errorf("%s has schema %d, this program knows %d: start the newer program that wrote it", s.path, current, target)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bring the schema up to date: %w", err)
	}
	return nil
}

// checkSchema refuses a file in which a table or a guard of the record is missing.
func (s *sqliteStore) checkSchema(ctx context.Context) error {
	return sqliteParts().check(ctx, s.writer, sqliteHas, s.path)
}

// readable is checkSchema for who only reads: what somebody did to a record without
// its guards has to be told, not refused.
func (s *sqliteStore) readable(ctx context.Context) error {
	return inventory{tables: sqliteParts().tables}.check(ctx, s.writer, sqliteHas, s.path)
}

// advice puts what to do next to an error of SQLite.
func advice(path string, err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff { // the rest tells variants apart
	case sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%s is not a database (%w): name another file, or restore it from a backup", path, err)
	case sqlite3.SQLITE_CORRUPT:
		return damaged(path, err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return fmt.Errorf("%s or the files beside it cannot be written (%w): let the user who runs paypane write to the file and its directory", path, err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("%s is locked by another program (%w): stop it", path, err)
	case sqlite3.SQLITE_IOERR:
		// On a full disk this is what is said where the file beside the ledger
		// that all connections share has no room.
		return fmt.Errorf("the disk of %s cannot be written or read (%w): make room, or replace the disk if it fails", path, err)
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("the disk of %s is full (%w): make room", path, err)
	}
	return fmt.Errorf("%s: %w", path, err)
}

func damaged(path string, err error) error {
	return fmt.Errorf("%s is damaged or cut short (%s): restore it from a backup, and check every payment since the backup with the practice before taking new ones",
		path, strings.ReplaceAll(err.Error(), "\n", " "))
}
