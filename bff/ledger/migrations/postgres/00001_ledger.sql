-- The schema of the ledger, for PostgreSQL: the same as SQLite's, and the reasons
-- that are told there hold here. Forward only: a mistake is put right by the
-- next migration, never by editing or undoing this one.
--
-- No column can hold a card number, with the one exception of sessions.data,
-- which Go code screens. A moment is microseconds UTC since 1970; one that has
-- not come is NULL.

-- +goose Up
CREATE TABLE attempts (
  id           text COLLATE "C" NOT NULL PRIMARY KEY
               CHECK (length(id) BETWEEN 16 AND 32 AND id !~ '[^A-Za-z2-7]' AND regexp_replace(id, '[ -]', '', 'g') !~ '[0-9]{12}'),
  act          text NOT NULL CHECK (act IN ('charge', 'charge_stored', 'agree_visit', 'agree_year', 'plan', 'record', 'void',
               'vendor_payment', 'refund', 'adjust')),
  target       text NOT NULL CHECK (length(target) <= 64 AND regexp_replace(target, '[ -]', '', 'g') !~ '[0-9]{12}'),
  value_cents  bigint NOT NULL CHECK (value_cents BETWEEN 0 AND 999999999),
  practice     bigint NOT NULL CHECK (practice BETWEEN 1 AND 99999999999),
  patient      bigint NOT NULL CHECK (patient BETWEEN 1 AND 99999999999),
  department   bigint NOT NULL CHECK (department BETWEEN 0 AND 99999999999),
  appointment  bigint NOT NULL CHECK (appointment BETWEEN 0 AND 99999999999),
  portal       text NOT NULL CHECK (length(portal) <= 64 AND regexp_replace(portal, '[ -]', '', 'g') !~ '[0-9]{12}'),
  subject      text NOT NULL CHECK (length(subject) <= 255 AND regexp_replace(subject, '[ -]', '', 'g') !~ '[0-9]{12}'),
  patient_name text NOT NULL CHECK (length(patient_name) <= 200 AND regexp_replace(patient_name, '[ -]', '', 'g') !~ '[0-9]{12}'),
  state        text NOT NULL CHECK (state IN ('created', 'claimed', 'sending', 'taken', 'declined', 'not_sent', 'unknown', 'absent')),
  brand        text NOT NULL CHECK (brand IN ('', 'VI', 'MC', 'AX', 'DS')),
  last4        text NOT NULL CHECK (last4 ~ '^([0-9]{4})?$'),
  email        text NOT NULL CHECK (length(email) <= 254 AND regexp_replace(email, '[ -]', '', 'g') !~ '[0-9]{12}'),
  mail         text NOT NULL CHECK (mail IN ('', 'due', 'ordered', 'sent', 'failed')),
  reference    text NOT NULL CHECK (length(reference) <= 64 AND regexp_replace(reference, '[ -]', '', 'g') !~ '[0-9]{12}'),
  refusal      text NOT NULL CHECK (length(refusal) <= 11),
  created_at   bigint NOT NULL CHECK (created_at BETWEEN 946684800000000 AND 2220999999999999),
  sent_at      bigint CHECK (sent_at BETWEEN 946684800000000 AND 2220999999999999),
  ended_at     bigint CHECK (ended_at BETWEEN 946684800000000 AND 2220999999999999),
  -- Moments of the ledger, in numbers of its events: the first event that the
  -- amounts may not know about, and the one of the claim (0 before).
  basis        bigint NOT NULL CHECK (basis BETWEEN 1 AND 99999999999),
  claimed_seq  bigint NOT NULL CHECK (claimed_seq BETWEEN 0 AND 99999999999),
  -- The highest epaymentid when it was sent: '' if that is not known.
  before_ref   text NOT NULL CHECK (before_ref ~ '^[0-9]{0,11}$'),
  looks        bigint NOT NULL CHECK (looks BETWEEN 0 AND 999),
  look_at      bigint CHECK (look_at BETWEEN 946684800000000 AND 2220999999999999),
  asked        smallint NOT NULL CHECK (asked IN (0, 1)),
  why          text NOT NULL CHECK (length(why) <= 500 AND regexp_replace(why, '[ -]', '', 'g') !~ '[0-9]{12}'),
  CHECK ((state = 'created') = (sent_at IS NULL) AND (state = 'created') = (claimed_seq = 0)),
  CHECK ((state IN ('created', 'claimed', 'sending')) = (ended_at IS NULL)),
  CHECK (state = 'taken' OR reference = '' AND mail = ''),
  CHECK (state IN ('declined', 'not_sent') OR refusal = ''),
  CHECK ((state IN ('unknown', 'taken') OR asked = 0) AND (state IN ('unknown', 'taken', 'absent') OR look_at IS NULL))
);
CREATE INDEX attempts_of_patient ON attempts (practice, patient, state);
CREATE INDEX attempts_under_way ON attempts (sent_at) WHERE state IN ('claimed', 'sending');
CREATE INDEX attempts_to_look ON attempts (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX attempts_asked ON attempts (asked) WHERE asked = 1;
CREATE INDEX attempts_to_mail ON attempts (mail) WHERE mail = 'due';
-- The money of one payment is the money of one charge.
CREATE INDEX attempts_of_reference ON attempts (practice, reference) WHERE reference <> '';

CREATE TABLE lines (
  attempt text COLLATE "C" NOT NULL CHECK (length(attempt) <= 32 AND regexp_replace(attempt, '[ -]', '', 'g') !~ '[0-9]{12}') REFERENCES attempts (id),
  place   bigint NOT NULL CHECK (place BETWEEN 0 AND 999),
  bill    text NOT NULL CHECK (length(bill) BETWEEN 1 AND 40 AND regexp_replace(bill, '[ -]', '', 'g') !~ '[0-9]{12}'),
  kind    text NOT NULL CHECK (kind IN ('copay', 'claim')),
  number  text NOT NULL CHECK (length(number) BETWEEN 1 AND 32 AND regexp_replace(number, '[ -]', '', 'g') !~ '[0-9]{12}'),
  service text NOT NULL CHECK (service ~ '^([0-9]{4}-[0-9]{2}-[0-9]{2})?$'),
  title   text NOT NULL CHECK (length(title) <= 200 AND regexp_replace(title, '[ -]', '', 'g') !~ '[0-9]{12}'),
  cents   bigint NOT NULL CHECK (cents BETWEEN 1 AND 999999999),
  -- What the upstream said was owed of the bill when the line was made.
  balance_cents bigint NOT NULL CHECK (balance_cents BETWEEN cents AND 999999999),
  PRIMARY KEY (attempt, place),
  UNIQUE (attempt, bill)
);

-- Who may act on a target of a patient: one live attempt, whatever the rules
-- above the database think.
CREATE TABLE holds (
  practice bigint NOT NULL CHECK (practice BETWEEN 1 AND 99999999999),
  patient  bigint NOT NULL CHECK (patient BETWEEN 1 AND 99999999999),
  target   text NOT NULL CHECK (length(target) BETWEEN 1 AND 64 AND regexp_replace(target, '[ -]', '', 'g') !~ '[0-9]{12}'),
  attempt  text COLLATE "C" NOT NULL CHECK (length(attempt) <= 32 AND regexp_replace(attempt, '[ -]', '', 'g') !~ '[0-9]{12}') REFERENCES attempts (id),
  PRIMARY KEY (practice, patient, target)
);
CREATE INDEX holds_of_attempt ON holds (attempt);

-- Events are numbered without a gap in the order in which they were committed:
-- the ledger's own clock.
CREATE TABLE events (
  seq      bigint NOT NULL PRIMARY KEY CHECK (seq BETWEEN 1 AND 99999999999),
  attempt  text COLLATE "C" NOT NULL CHECK (length(attempt) <= 32 AND regexp_replace(attempt, '[ -]', '', 'g') !~ '[0-9]{12}') REFERENCES attempts (id),
  at       bigint NOT NULL CHECK (at BETWEEN 946684800000000 AND 2220999999999999),
  who      text NOT NULL CHECK (length(who) BETWEEN 1 AND 330 AND regexp_replace(who, '[ -]', '', 'g') !~ '[0-9]{12}'),
  what     text NOT NULL CHECK (what IN ('created', 'claimed', 'sending', 'settled', 'recovered', 'looked', 'found', 'absent', 'asked',
           'proposed', 'decided', 'seen', 'mailing', 'emailed', 'email_failed', 'restored', 'unread', 'again')),
  state    text NOT NULL CHECK (state IN ('created', 'claimed', 'sending', 'taken', 'declined', 'not_sent', 'unknown', 'absent')),
  evidence text NOT NULL CHECK (length(evidence) <= 500 AND regexp_replace(evidence, '[ -]', '', 'g') !~ '[0-9]{12}'),
  -- SHA-256 over the event and the hash of the one before it.
  hash     bytea NOT NULL CHECK (octet_length(hash) = 32)
);
CREATE INDEX events_of_attempt ON events (attempt, seq);

CREATE TABLE entries (
  event       bigint NOT NULL CHECK (event BETWEEN 1 AND 99999999999) REFERENCES events (seq),
  place       bigint NOT NULL CHECK (place BETWEEN 0 AND 999),
  attempt     text COLLATE "C" NOT NULL CHECK (length(attempt) <= 32 AND regexp_replace(attempt, '[ -]', '', 'g') !~ '[0-9]{12}') REFERENCES attempts (id),
  source      text NOT NULL CHECK (length(source) BETWEEN 1 AND 64 AND source <> destination AND regexp_replace(source, '[ -]', '', 'g') !~ '[0-9]{12}'),
  destination text NOT NULL CHECK (length(destination) BETWEEN 1 AND 64 AND regexp_replace(destination, '[ -]', '', 'g') !~ '[0-9]{12}'),
  cents       bigint NOT NULL CHECK (cents BETWEEN 1 AND 999999999),
  PRIMARY KEY (event, place)
);
CREATE INDEX entries_of_attempt ON entries (attempt);

-- The longest that the receipts of a practice were seen to lag, in
-- microseconds, of a day at most.
CREATE TABLE practices (
  practice bigint NOT NULL PRIMARY KEY CHECK (practice BETWEEN 1 AND 99999999999),
  lag      bigint NOT NULL CHECK (lag BETWEEN 0 AND 86400000000)
);

CREATE TABLE sessions (
  hash         bytea NOT NULL PRIMARY KEY CHECK (octet_length(hash) = 32),
  data         text NOT NULL CHECK (length(data) <= 4096 AND data::json IS NOT NULL),
  created_at   bigint NOT NULL CHECK (created_at BETWEEN 946684800000000 AND 2220999999999999),
  last_seen_at bigint NOT NULL CHECK (last_seen_at BETWEEN 946684800000000 AND 2220999999999999),
  expires_at   bigint NOT NULL CHECK (expires_at BETWEEN 946684800000000 AND 2220999999999999),
  version      bigint NOT NULL CHECK (version BETWEEN 1 AND 99999999999),
  revoked_at   bigint CHECK (revoked_at BETWEEN 946684800000000 AND 2220999999999999)
);

-- A launch is known by the SHA-256 of its portal and its token's id, which is
-- whatever the portal likes.
CREATE TABLE launches (
  hash       bytea NOT NULL PRIMARY KEY CHECK (octet_length(hash) = 32),
  used_at    bigint NOT NULL CHECK (used_at BETWEEN 946684800000000 AND 2220999999999999),
  expires_at bigint NOT NULL CHECK (expires_at BETWEEN 946684800000000 AND 2220999999999999)
);

CREATE TABLE handovers (
  hash       bytea NOT NULL PRIMARY KEY CHECK (octet_length(hash) = 32),
  session    bytea NOT NULL CHECK (octet_length(session) = 32) REFERENCES sessions (hash) ON DELETE CASCADE,
  expires_at bigint NOT NULL CHECK (expires_at BETWEEN 946684800000000 AND 2220999999999999),
  taken_at   bigint CHECK (taken_at BETWEEN 946684800000000 AND 2220999999999999)
);
CREATE INDEX handovers_of_session ON handovers (session);

-- One row, written by the readiness check.
CREATE TABLE heartbeat (
  id bigint NOT NULL PRIMARY KEY CHECK (id = 1),
  at bigint NOT NULL CHECK (at BETWEEN 946684800000000 AND 2220999999999999)
);

-- refuse is the answer of a trigger: its argument is the reason.
-- +goose StatementBegin
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', TG_ARGV[0];
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION events_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM events) THEN
    RAISE EXCEPTION 'events are append-only';
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER events_in_order BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION events_in_order();
CREATE TRIGGER events_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('events are append-only');

CREATE TRIGGER entries_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('entries are append-only');

-- +goose StatementBegin
CREATE FUNCTION lines_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM events WHERE attempt = NEW.attempt) THEN
    RAISE EXCEPTION 'lines are fixed';
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER lines_fixed BEFORE INSERT ON lines FOR EACH ROW EXECUTE FUNCTION lines_fixed();
CREATE TRIGGER lines_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON lines
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('lines are fixed');

CREATE TRIGGER attempts_once BEFORE INSERT ON attempts FOR EACH ROW
  WHEN (NEW.state <> 'created') EXECUTE FUNCTION refuse('attempts are made once');
CREATE TRIGGER attempts_kept BEFORE DELETE OR TRUNCATE ON attempts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('attempts are kept');
CREATE TRIGGER attempts_forward BEFORE UPDATE OF state ON attempts FOR EACH ROW
  WHEN (NEW.state <> OLD.state AND NOT (
       OLD.state = 'created' AND NEW.state IN ('claimed', 'unknown')
    OR OLD.state = 'claimed' AND NEW.state IN ('sending', 'not_sent', 'unknown')
    OR OLD.state = 'sending' AND NEW.state IN ('taken', 'declined', 'not_sent', 'unknown')
    OR OLD.state = 'unknown' AND NEW.state IN ('taken', 'declined', 'not_sent', 'absent')
    OR OLD.state = 'absent' AND NEW.state IN ('taken', 'unknown')))
  EXECUTE FUNCTION refuse('attempts only move forward');
CREATE TRIGGER attempts_fixed BEFORE UPDATE OF id, act, target, value_cents, practice, patient, department, appointment, portal,
  subject, patient_name, created_at, basis ON attempts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('what an attempt was made with is fixed');
CREATE TRIGGER attempts_claimed BEFORE UPDATE OF brand, last4, email, claimed_seq ON attempts FOR EACH ROW
  WHEN (OLD.state <> 'created' AND (NEW.brand, NEW.last4, NEW.email, NEW.claimed_seq)
    IS DISTINCT FROM (OLD.brand, OLD.last4, OLD.email, OLD.claimed_seq))
  EXECUTE FUNCTION refuse('what an attempt was claimed with is fixed');
CREATE TRIGGER attempts_sent BEFORE UPDATE OF sent_at, before_ref ON attempts FOR EACH ROW
  WHEN (OLD.state NOT IN ('created', 'claimed') AND (NEW.sent_at, NEW.before_ref) IS DISTINCT FROM (OLD.sent_at, OLD.before_ref))
  EXECUTE FUNCTION refuse('what an attempt was sent with is fixed');

CREATE TRIGGER sessions_tombstone BEFORE UPDATE ON sessions FOR EACH ROW
  WHEN (OLD.revoked_at IS NOT NULL) EXECUTE FUNCTION refuse('a revoked session stays revoked');
