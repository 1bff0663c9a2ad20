package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Advisory locks of a PostgreSQL database: writerLock is held by the
// transaction that writes, migrationLock by whoever changes the schema.
const (
	writerLock    = application
	migrationLock = application + 1
)

// Limits of a PostgreSQL store. A write waits for those of other servers as
// long as lockTimeout, and is given up after postgresPatience: a server that
// hangs must not keep payers waiting for ever. One that is stopped in the
// middle of a write, with its machine or alone, loses it after idleTimeout, so
// that whoever waits gets the turn in time; nothing of the write is kept.
const (
	lockTimeout      = "5000" // milliseconds
	idleTimeout      = "3000" // milliseconds
	postgresPatience = 15 * time.Second
	connectTimeout   = 5 * time.Second
	connectionLife   = 30 * time.Minute // then a new one, to the server that the name stands for by then
	readers          = 8
	oldestPostgres   = 130000 // server_version_num
)

// postgresStore is a PostgreSQL database, on which several servers may work.
type postgresStore struct {
	sqlStore
	now func() time.Time
}

// openPostgres opens the database that the address names and leaves nothing
// open on failure. Without change it leaves the schema as it is.
func openPostgres(ctx context.Context, address string, now func() time.Time, change bool) (store, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		// What is wrong is not told: it may repeat the password.
		return nil, errors.New("the address of the database cannot be read: use postgres://user@host/database, and write what is not a letter or a digit in a password as %XX")
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "paypane"
	}
	config.RuntimeParams["lock_timeout"] = lockTimeout
	config.RuntimeParams["idle_in_transaction_session_timeout"] = idleTimeout
	reading := config.Copy()
	reading.RuntimeParams["default_transaction_read_only"] = "on"
	s := &postgresStore{now: now}
	s.writer = postgresPool(config, 1, fitToWrite)
	s.reader = postgresPool(reading, readers, fit)
	s.queue = newQueue()
	s.dialect = dialect{
		rebind: numbered,
		// A later statement has to see what others wrote until the lock was
		// there; with any other isolation it would see what was before the wait.
		write:    &sql.TxOptions{Isolation: sql.LevelReadCommitted},
		read:     &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
		exclude:  `SELECT pg_advisory_xact_lock(` + strconv.Itoa(writerLock) + `)`,
		patience: postgresPatience,
		lost:     lost,
		explain:  explain,
	}
	beat := func(ctx context.Context) error {
		return s.update(ctx, func(t tx) error { return t.heartbeat(s.now()) })
	}
	steps := []func(context.Context) error{s.writer.PingContext, s.migrate, s.checkSchema, beat, s.ready}
	if !change {
		steps = []func(context.Context) error{s.writer.PingContext, s.current, s.readable, s.ready}
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			_ = s.close()
			return nil, explain(err)
		}
	}
	return s, nil
}

// postgresPool has every new connection looked at: a role, or a server that
// took another's place, may have changed since the last.
func postgresPool(config *pgx.ConnConfig, size int, check func(context.Context, *pgx.Conn) error) *sql.DB {
	db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
		err := check(ctx, conn)
		if err != nil {
			conn.Close(ctx)
		}
		return err
	}))
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	db.SetConnMaxLifetime(connectionLife)
	return db
}

// numbered writes the placeholders as PostgreSQL wants them: $1, $2.
func numbered(statement string) string {
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, found := strings.Cut(statement, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString("$" + strconv.Itoa(n))
		statement = after
	}
}

// fit refuses a connection to a server on which a payment could be forgotten,
// or what was written be read late.
func fit(ctx context.Context, conn *pgx.Conn) error {
	var version int
	var standby bool
	var fsync, pages, encoding, commit, role string
	err := conn.QueryRow(ctx, `SELECT current_setting('server_version_num')::int, pg_is_in_recovery(), current_setting('fsync'),
		current_setting('full_page_writes'), current_setting('server_encoding'), current_setting('synchronous_commit'),
		current_setting('session_replication_role')`).Scan(&version, &standby, &fsync, &pages, &encoding, &commit, &role)
	if err != nil {
		return err
	}
	if version < oldestPostgres {
		return fmt.Errorf("the database server has version %d, and %d is the oldest that will do: upgrade it", version, oldestPostgres)
	}
	if standby {
		return errors.New("the database server is a standby: name the primary")
	}
	for _, setting := range []struct {
		name, got string
		unfit     []string
		advice    string
	}{
		{"fsync", fsync, []string{"off"}, "or a payment could be forgotten: set it to on"},
		{"full_page_writes", pages, []string{"off"}, "or a payment could be forgotten: set it to on"},
		{"synchronous_commit", commit, []string{"off"}, "or a payment could be forgotten: set it to on, for this user and this database too"},
		{"session_replication_role", role, []string{"replica", "local"}, "or the record could be changed: set it to origin for this user"},
	} {
		if slices.Contains(setting.unfit, setting.got) {
			return fmt.Errorf("%s of the database is %q and must not be, %s", setting.name, setting.got, setting.advice)
		}
	}
	if encoding != "UTF8" {
		return fmt.Errorf("the encoding of the database is %s and must be UTF8: create another one with ENCODING 'UTF8' TEMPLATE template0", encoding)
	}
	return nil
}

// fitToWrite refuses what fit refuses, and a connection that cannot write.
func fitToWrite(ctx context.Context, conn *pgx.Conn) error {
	if err := fit(ctx, conn); err != nil {
		return err
	}
	var readOnly string
	if err := conn.QueryRow(ctx, `SELECT current_setting('transaction_read_only')`).Scan(&readOnly); err != nil {
		return err
	}
	if readOnly != "off" {
		return errReadOnly
	}
	return nil
}

func (s *postgresStore) migrations() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations/postgres")
	if err != nil {
		return nil, err
	}
	turn, err := lock.NewPostgresSessionLocker(lock.WithLockID(migrationLock), lock.WithLockTimeout(1, 30))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, s.writer, files, goose.WithSessionLocker(turn),
		goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
}

// current refuses a database whose schema is not the one that this program
// knows.
func (s *postgresStore) current(ctx context.Context) error {
	provider, err := s.migrations()
	if err != nil {
		return err
	}
	return current(ctx, s.writer, provider, "the database")
}

// migrate brings the schema up to date, one server after the other. There is
// no way back: an older program refuses a newer database.
func (s *postgresStore) migrate(ctx context.Context) error {
	provider, err := s.migrations()
	if err != nil {
		return err
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if current > target {
		return fmt.Errorf("the database has schema %d, this program knows %d: start the newer program that wrote it", current, target)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bring the schema up to date: %w", err)
	}
	return nil
}

// checkSchema refuses a database in which a table or a guard of the record is
// missing.
func (s *postgresStore) checkSchema(ctx context.Context) error {
	return postgresParts().check(ctx, s.writer, postgresHas, "the database")
}

// readable is checkSchema for who only reads: what somebody did to a record without
// its guards has to be told, not refused.
func (s *postgresStore) readable(ctx context.Context) error {
	return inventory{tables: postgresParts().tables}.check(ctx, s.writer, postgresHas, "the database")
}

// ready looks whether what was committed can be read, too.
func (s *postgresStore) ready(ctx context.Context) error {
	return s.view(ctx, func(t tx) error {
		_, err := t.lastEvent()
		return err
	})
}

// occupy does nothing: several servers work on one database.
func (s *postgresStore) occupy() error { return nil }

func (s *postgresStore) alone() bool { return false }
