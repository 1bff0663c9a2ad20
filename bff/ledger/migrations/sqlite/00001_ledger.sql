-- The schema of the ledger, for SQLite. Forward only: a mistake is put right by
-- the next migration, never by editing or undoing this one.
--
-- No column can hold a card number. Text of any freedom refuses twelve digits
-- in a row, spaces and dashes not counted; numbers end at eleven digits; and
-- moments, whole microseconds UTC since 1970, are kept to 2000-01-01 until
-- 2040-05-18, a range of 15- and 16-digit numbers in which no network of ours
-- issues cards (American Express 34, 37; Mastercard from 2221; Visa 4). The one
-- exception is sessions.data, JSON that the caller makes and Go code screens.
-- A moment that has not come is NULL.

-- +goose Up
CREATE TABLE attempts (
  id          TEXT NOT NULL PRIMARY KEY
              CHECK (length(id) BETWEEN 16 AND 32 AND id NOT GLOB '*[^A-Za-z2-7]*' AND replace(replace(id, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  practice    INTEGER NOT NULL CHECK (practice BETWEEN 1 AND 99999999999),
  patient     INTEGER NOT NULL CHECK (patient BETWEEN 1 AND 99999999999),
  department  INTEGER NOT NULL CHECK (department BETWEEN 0 AND 99999999999),
  appointment INTEGER NOT NULL CHECK (appointment BETWEEN 0 AND 99999999999),
  portal      TEXT NOT NULL CHECK (length(portal) <= 64 AND replace(replace(portal, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  subject     TEXT NOT NULL CHECK (length(subject) <= 255 AND replace(replace(subject, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  patient_name TEXT NOT NULL CHECK (length(patient_name) <= 200 AND replace(replace(patient_name, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  state       TEXT NOT NULL CHECK (state IN ('created', 'sending', 'taken', 'declined', 'not_sent', 'unknown')),
  brand       TEXT CHECK (brand IN ('VI', 'MC', 'AX', 'DS')),
  last4       TEXT CHECK (length(last4) = 4 AND last4 NOT GLOB '*[^0-9]*'),
  email       TEXT NOT NULL DEFAULT '' CHECK (length(email) <= 254 AND replace(replace(email, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  email_sent  INTEGER NOT NULL DEFAULT 0 CHECK (email_sent IN (0, 1)),
  reference   TEXT NOT NULL DEFAULT '' CHECK (length(reference) <= 64 AND replace(replace(reference, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  refusal     TEXT NOT NULL DEFAULT '' CHECK (length(refusal) <= 11),
  created_at  INTEGER NOT NULL CHECK (created_at BETWEEN 946684800000000 AND 2220999999999999),
  sent_at     INTEGER CHECK (sent_at BETWEEN 946684800000000 AND 2220999999999999),
  ended_at    INTEGER CHECK (ended_at BETWEEN 946684800000000 AND 2220999999999999),
  -- Moments of the ledger, in numbers of its events: the first event that the
  -- amounts may not know about, and the one of the claim.
  basis       INTEGER NOT NULL CHECK (basis BETWEEN 1 AND 99999999999),
  claimed_seq INTEGER CHECK (claimed_seq BETWEEN 1 AND 99999999999),
  CHECK ((state = 'created') = (sent_at IS NULL) AND (state = 'created') = (claimed_seq IS NULL)
     AND (state = 'created') = (brand IS NULL) AND (state = 'created') = (last4 IS NULL)),
  CHECK ((state IN ('created', 'sending')) = (ended_at IS NULL)),
  CHECK (state = 'taken' OR reference = '' AND email_sent = 0),
  CHECK (state IN ('declined', 'not_sent') OR refusal = '')
) STRICT;
CREATE INDEX attempts_of_patient ON attempts (practice, patient, state);
CREATE INDEX attempts_of_state ON attempts (state);

CREATE TABLE lines (
  attempt TEXT NOT NULL CHECK (length(attempt) <= 32 AND replace(replace(attempt, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*')
          REFERENCES attempts (id),
  place   INTEGER NOT NULL CHECK (place BETWEEN 0 AND 999),
  bill    TEXT NOT NULL CHECK (length(bill) BETWEEN 1 AND 40 AND replace(replace(bill, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  kind    TEXT NOT NULL CHECK (kind IN ('copay', 'claim')),
  number  TEXT NOT NULL CHECK (length(number) BETWEEN 1 AND 32 AND replace(replace(number, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  service TEXT NOT NULL CHECK (service = '' OR service GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  title   TEXT NOT NULL CHECK (length(title) <= 200 AND replace(replace(title, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  cents   INTEGER NOT NULL CHECK (cents BETWEEN 1 AND 999999999),
  -- What the upstream said was owed of the bill when the line was made.
  balance_cents INTEGER NOT NULL CHECK (balance_cents BETWEEN cents AND 999999999),
  PRIMARY KEY (attempt, place),
  UNIQUE (attempt, bill)
) STRICT;

-- Events are numbered without a gap in the order in which they were committed:
-- the ledger's own clock.
CREATE TABLE events (
  seq      INTEGER NOT NULL PRIMARY KEY CHECK (seq BETWEEN 1 AND 99999999999),
  attempt  TEXT NOT NULL CHECK (length(attempt) <= 32 AND replace(replace(attempt, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*')
           REFERENCES attempts (id),
  at       INTEGER NOT NULL CHECK (at BETWEEN 946684800000000 AND 2220999999999999),
  what     TEXT NOT NULL CHECK (what IN ('created', 'claimed', 'settled', 'recovered', 'emailed', 'email_failed')),
  state    TEXT NOT NULL CHECK (state IN ('created', 'sending', 'taken', 'declined', 'not_sent', 'unknown')),
  evidence TEXT NOT NULL CHECK (length(evidence) <= 500 AND replace(replace(evidence, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*')
) STRICT;
CREATE INDEX events_of_attempt ON events (attempt, seq);

CREATE TABLE sessions (
  hash         BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
  data         TEXT NOT NULL CHECK (length(data) <= 4096 AND json_valid(data)),
  created_at   INTEGER NOT NULL CHECK (created_at BETWEEN 946684800000000 AND 2220999999999999),
  last_seen_at INTEGER NOT NULL CHECK (last_seen_at BETWEEN 946684800000000 AND 2220999999999999),
  expires_at   INTEGER NOT NULL CHECK (expires_at BETWEEN 946684800000000 AND 2220999999999999),
  version      INTEGER NOT NULL CHECK (version BETWEEN 1 AND 99999999999),
  revoked_at   INTEGER CHECK (revoked_at BETWEEN 946684800000000 AND 2220999999999999)
) STRICT;

-- A launch is known by the SHA-256 of its portal and its token's id, which is
-- whatever the portal likes.
CREATE TABLE launches (
  hash       BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
  used_at    INTEGER NOT NULL CHECK (used_at BETWEEN 946684800000000 AND 2220999999999999),
  expires_at INTEGER NOT NULL CHECK (expires_at BETWEEN 946684800000000 AND 2220999999999999)
) STRICT;

CREATE TABLE handovers (
  hash       BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
  session    BLOB NOT NULL CHECK (length(session) = 32) REFERENCES sessions (hash) ON DELETE CASCADE,
  expires_at INTEGER NOT NULL CHECK (expires_at BETWEEN 946684800000000 AND 2220999999999999),
  taken_at   INTEGER CHECK (taken_at BETWEEN 946684800000000 AND 2220999999999999)
) STRICT;
CREATE INDEX handovers_of_session ON handovers (session);

-- One row, written by the readiness check.
CREATE TABLE heartbeat (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL CHECK (at BETWEEN 946684800000000 AND 2220999999999999)
) STRICT;

-- Inserts are guarded too: INSERT OR REPLACE deletes without asking a trigger.
-- +goose StatementBegin
CREATE TRIGGER events_in_order BEFORE INSERT ON events
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM events)
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER events_no_update BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER events_no_delete BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER lines_fixed BEFORE INSERT ON lines
WHEN EXISTS (SELECT 1 FROM events WHERE attempt = NEW.attempt)
BEGIN SELECT RAISE(ABORT, 'lines are fixed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER lines_no_update BEFORE UPDATE ON lines
BEGIN SELECT RAISE(ABORT, 'lines are fixed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER lines_no_delete BEFORE DELETE ON lines
BEGIN SELECT RAISE(ABORT, 'lines are fixed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER attempts_once BEFORE INSERT ON attempts
WHEN NEW.state <> 'created' OR EXISTS (SELECT 1 FROM attempts WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'attempts are made once'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER attempts_no_delete BEFORE DELETE ON attempts
BEGIN SELECT RAISE(ABORT, 'attempts are kept'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER attempts_forward BEFORE UPDATE OF state ON attempts
WHEN NEW.state <> OLD.state AND NOT (
     OLD.state = 'created' AND NEW.state = 'sending'
  OR OLD.state = 'sending' AND NEW.state IN ('taken', 'declined', 'not_sent', 'unknown')
  OR OLD.state = 'unknown' AND NEW.state IN ('taken', 'declined', 'not_sent'))
BEGIN SELECT RAISE(ABORT, 'attempts only move forward'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER attempts_fixed BEFORE UPDATE OF id, practice, patient, department, appointment, portal, subject, patient_name,
  created_at, basis ON attempts
BEGIN SELECT RAISE(ABORT, 'what an attempt was made with is fixed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER attempts_claimed BEFORE UPDATE OF brand, last4, email, sent_at, claimed_seq ON attempts
WHEN OLD.state <> 'created'
BEGIN SELECT RAISE(ABORT, 'what an attempt was claimed with is fixed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER sessions_once BEFORE INSERT ON sessions
WHEN EXISTS (SELECT 1 FROM sessions WHERE hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'sessions are made once'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER sessions_tombstone BEFORE UPDATE ON sessions
WHEN OLD.revoked_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a revoked session stays revoked'); END;
-- +goose StatementEnd
