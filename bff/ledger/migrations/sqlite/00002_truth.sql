-- The whole state machine: what is claimed and not yet sent, what is proved
-- absent, other acts than charges, who holds what, entries, and the chain.
-- Tables whose constraints change are made anew, as SQLite wants it done.

-- +goose NO TRANSACTION
-- +goose Up
PRAGMA foreign_keys = OFF;
PRAGMA legacy_alter_table = ON; -- triggers that name a table are not asked while it is replaced
BEGIN IMMEDIATE;

CREATE TABLE attempts_next (
  id TEXT NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 16 AND 32 AND id NOT GLOB '*[^A-Za-z2-7]*' AND replace(replace(id, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  act TEXT NOT NULL CHECK (act IN ('charge', 'charge_stored', 'agree_visit', 'agree_year', 'plan', 'record', 'void', 'vendor_payment', 'refund', 'adjust')),
  target TEXT NOT NULL CHECK (length(target) <= 64 AND replace(replace(target, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  value_cents INTEGER NOT NULL CHECK (value_cents BETWEEN 0 AND 999999999),
  practice INTEGER NOT NULL CHECK (practice BETWEEN 1 AND 99999999999),
  patient INTEGER NOT NULL CHECK (patient BETWEEN 1 AND 99999999999),
  department INTEGER NOT NULL CHECK (department BETWEEN 0 AND 99999999999),
  appointment INTEGER NOT NULL CHECK (appointment BETWEEN 0 AND 99999999999),
  portal TEXT NOT NULL CHECK (length(portal) <= 64 AND replace(replace(portal, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  subject TEXT NOT NULL CHECK (length(subject) <= 255 AND replace(replace(subject, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  patient_name TEXT NOT NULL CHECK (length(patient_name) <= 200 AND replace(replace(patient_name, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  state TEXT NOT NULL CHECK (state IN ('created', 'claimed', 'sending', 'taken', 'declined', 'not_sent', 'unknown', 'absent')),
  brand TEXT NOT NULL CHECK (brand IN ('', 'VI', 'MC', 'AX', 'DS')),
  last4 TEXT NOT NULL CHECK (last4 = '' OR length(last4) = 4 AND last4 NOT GLOB '*[^0-9]*'),
  email TEXT NOT NULL CHECK (length(email) <= 254 AND replace(replace(email, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  mail TEXT NOT NULL CHECK (mail IN ('', 'due', 'ordered', 'sent', 'failed')),
  reference TEXT NOT NULL CHECK (length(reference) <= 64 AND replace(replace(reference, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  refusal TEXT NOT NULL CHECK (length(refusal) <= 11),
  created_at INTEGER NOT NULL CHECK (created_at BETWEEN 946684800000000 AND 2220999999999999),
  sent_at INTEGER CHECK (sent_at BETWEEN 946684800000000 AND 2220999999999999),
  ended_at INTEGER CHECK (ended_at BETWEEN 946684800000000 AND 2220999999999999),
  -- Moments of the ledger, in numbers of its events: the first event that the
  -- amounts may not know about, and the one of the claim (0 before).
  basis INTEGER NOT NULL CHECK (basis BETWEEN 1 AND 99999999999),
  claimed_seq INTEGER NOT NULL CHECK (claimed_seq BETWEEN 0 AND 99999999999),
  -- The highest epaymentid when it was sent: '' if that is not known.
  before_ref TEXT NOT NULL CHECK (length(before_ref) <= 11 AND before_ref NOT GLOB '*[^0-9]*'),
  looks INTEGER NOT NULL CHECK (looks BETWEEN 0 AND 999),
  look_at INTEGER CHECK (look_at BETWEEN 946684800000000 AND 2220999999999999),
  asked INTEGER NOT NULL CHECK (asked IN (0, 1)),
  why TEXT NOT NULL CHECK (length(why) <= 500 AND replace(replace(why, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  CHECK ((state = 'created') = (sent_at IS NULL) AND (state = 'created') = (claimed_seq = 0)),
  CHECK ((state IN ('created', 'claimed', 'sending')) = (ended_at IS NULL)),
  CHECK (state = 'taken' OR reference = '' AND mail = ''),
  CHECK (state IN ('declined', 'not_sent') OR refusal = ''),
  CHECK ((state IN ('unknown', 'taken') OR asked = 0) AND (state IN ('unknown', 'taken', 'absent') OR look_at IS NULL))
) STRICT;
INSERT INTO attempts_next (id, act, target, value_cents, practice, patient, department, appointment, portal, subject, patient_name, state, brand, last4, email, mail, reference, refusal, created_at, sent_at, ended_at, basis, claimed_seq, before_ref, looks, look_at, asked, why)
SELECT id, 'charge', '', 0, practice, patient, department, appointment, portal, subject, patient_name, state,
  coalesce(brand, ''), coalesce(last4, ''), email, CASE email_sent WHEN 1 THEN 'sent' ELSE '' END, reference, refusal,
  created_at, sent_at, ended_at, basis, coalesce(claimed_seq, 0), '', 0,
  CASE state WHEN 'unknown' THEN ended_at END, 0, ''
FROM attempts;
DROP TABLE attempts;
ALTER TABLE attempts_next RENAME TO attempts;
CREATE INDEX attempts_of_patient ON attempts (practice, patient, state);
CREATE INDEX attempts_of_state ON attempts (state);
CREATE INDEX attempts_to_look ON attempts (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX attempts_asked ON attempts (asked) WHERE asked = 1;
CREATE INDEX attempts_to_mail ON attempts (mail) WHERE mail = 'due';
-- The money of one payment is the money of one charge.
CREATE INDEX attempts_of_reference ON attempts (practice, reference) WHERE reference <> '';

-- Who may act on a target of a patient: one live attempt, whatever the rules
-- above the database think.
CREATE TABLE holds (
  practice INTEGER NOT NULL CHECK (practice BETWEEN 1 AND 99999999999),
  patient INTEGER NOT NULL CHECK (patient BETWEEN 1 AND 99999999999),
  target TEXT NOT NULL CHECK (length(target) BETWEEN 1 AND 64 AND replace(replace(target, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  attempt TEXT NOT NULL CHECK (length(attempt) <= 32 AND replace(replace(attempt, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*') REFERENCES attempts (id),
  PRIMARY KEY (practice, patient, target)
) STRICT;
CREATE INDEX holds_of_attempt ON holds (attempt);
INSERT OR IGNORE INTO holds (practice, patient, target, attempt)
SELECT a.practice, a.patient, l.bill, a.id FROM attempts AS a JOIN lines AS l ON l.attempt = a.id
WHERE a.state IN ('sending', 'unknown') ORDER BY a.claimed_seq;

CREATE TABLE events_next (
  seq INTEGER NOT NULL PRIMARY KEY CHECK (seq BETWEEN 1 AND 99999999999),
  attempt TEXT NOT NULL CHECK (length(attempt) <= 32 AND replace(replace(attempt, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*') REFERENCES attempts (id),
  at INTEGER NOT NULL CHECK (at BETWEEN 946684800000000 AND 2220999999999999),
  who TEXT NOT NULL CHECK (length(who) BETWEEN 1 AND 330 AND replace(replace(who, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  what TEXT NOT NULL CHECK (what IN ('created', 'claimed', 'sending', 'settled', 'recovered', 'looked', 'found', 'absent', 'asked',
    'proposed', 'decided', 'seen', 'mailing', 'emailed', 'email_failed', 'restored', 'unread', 'again')),
  state TEXT NOT NULL CHECK (state IN ('created', 'claimed', 'sending', 'taken', 'declined', 'not_sent', 'unknown', 'absent')),
  evidence TEXT NOT NULL CHECK (length(evidence) <= 500 AND replace(replace(evidence, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  -- SHA-256 over the event and the hash of the one before it; filled by the
  -- next migration for what was there before.
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
INSERT INTO events_next (seq, attempt, at, who, what, state, evidence, hash)
SELECT seq, attempt, at, 'server', what, state, evidence, zeroblob(32) FROM events;
DROP TABLE events;
ALTER TABLE events_next RENAME TO events;
CREATE INDEX events_of_attempt ON events (attempt, seq);

CREATE TABLE entries (
  event INTEGER NOT NULL CHECK (event BETWEEN 1 AND 99999999999) REFERENCES events (seq),
  place INTEGER NOT NULL CHECK (place BETWEEN 0 AND 999),
  attempt TEXT NOT NULL CHECK (length(attempt) <= 32 AND replace(replace(attempt, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*') REFERENCES attempts (id),
  source TEXT NOT NULL CHECK (length(source) BETWEEN 1 AND 64 AND source <> destination AND replace(replace(source, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  destination TEXT NOT NULL CHECK (length(destination) BETWEEN 1 AND 64 AND replace(replace(destination, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  cents INTEGER NOT NULL CHECK (cents BETWEEN 1 AND 999999999),
  PRIMARY KEY (event, place)
) STRICT;
CREATE INDEX entries_of_attempt ON entries (attempt);
-- What was claimed before this migration went to transit, and on from there.
INSERT INTO entries (event, place, attempt, source, destination, cents)
SELECT a.claimed_seq, l.place, a.id, 'payer', 'transit', l.cents FROM attempts AS a JOIN lines AS l ON l.attempt = a.id
WHERE a.claimed_seq > 0;
INSERT INTO entries (event, place, attempt, source, destination, cents)
SELECT (SELECT min(e.seq) FROM events AS e WHERE e.attempt = a.id AND e.state = a.state), l.place, a.id, 'transit',
  CASE a.state WHEN 'taken' THEN l.bill ELSE 'payer' END, l.cents
FROM attempts AS a JOIN lines AS l ON l.attempt = a.id WHERE a.state IN ('taken', 'declined', 'not_sent');

-- The longest that the receipts of a practice were seen to lag, in
-- microseconds, of a day at most.
CREATE TABLE practices (
  practice INTEGER NOT NULL PRIMARY KEY CHECK (practice BETWEEN 1 AND 99999999999),
  lag INTEGER NOT NULL CHECK (lag BETWEEN 0 AND 86400000000)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER events_in_order BEFORE INSERT ON events
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM events)
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER events_no_delete BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER entries_once BEFORE INSERT ON entries
WHEN EXISTS (SELECT 1 FROM entries WHERE event = NEW.event AND place = NEW.place)
BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
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
     OLD.state = 'created' AND NEW.state IN ('claimed', 'unknown')
  OR OLD.state = 'claimed' AND NEW.state IN ('sending', 'not_sent', 'unknown')
  OR OLD.state = 'sending' AND NEW.state IN ('taken', 'declined', 'not_sent', 'unknown')
  OR OLD.state = 'unknown' AND NEW.state IN ('taken', 'declined', 'not_sent', 'absent')
  OR OLD.state = 'absent' AND NEW.state IN ('taken', 'unknown'))
BEGIN SELECT RAISE(ABORT, 'attempts only move forward'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER attempts_fixed BEFORE UPDATE OF id, act, target, value_cents, practice, patient, department, appointment, portal, subject,
  patient_name, created_at, basis ON attempts
BEGIN SELECT RAISE(ABORT, 'what an attempt was made with is fixed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER attempts_claimed BEFORE UPDATE OF brand, last4, email, claimed_seq ON attempts
WHEN OLD.state <> 'created' AND (NEW.brand <> OLD.brand OR NEW.last4 <> OLD.last4 OR NEW.email <> OLD.email OR NEW.claimed_seq <> OLD.claimed_seq)
BEGIN SELECT RAISE(ABORT, 'what an attempt was claimed with is fixed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER attempts_sent BEFORE UPDATE OF sent_at, before_ref ON attempts
WHEN OLD.state NOT IN ('created', 'claimed') AND (NEW.sent_at <> OLD.sent_at OR NEW.before_ref <> OLD.before_ref)
BEGIN SELECT RAISE(ABORT, 'what an attempt was sent with is fixed'); END;
-- +goose StatementEnd

COMMIT;
PRAGMA legacy_alter_table = OFF;
PRAGMA foreign_keys = ON;
