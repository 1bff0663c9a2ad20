-- Cards that are kept, and the terms of payment plans. A table whose constraints
-- change is made anew, as SQLite wants it done (lang_altertable.html, section 7).
-- That the migration was done is only written down after its end, so it can be
-- gone through twice: it reads no column that it makes.

-- +goose NO TRANSACTION
-- +goose Up
PRAGMA foreign_keys = OFF;
PRAGMA legacy_alter_table = ON; -- what refers to the table refers to the one that takes its place
BEGIN IMMEDIATE;

CREATE TABLE attempts_next (
  id TEXT NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 16 AND 32 AND id NOT GLOB '*[^A-Za-z2-7]*' AND replace(replace(id, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  act TEXT NOT NULL CHECK (act IN ('charge', 'charge_stored', 'agree_visit', 'agree_year', 'plan', 'store_card', 'record', 'void', 'vendor_payment', 'refund', 'adjust')),
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
  -- What a payment plan asks for each month, and from which day on.
  cycle_cents INTEGER NOT NULL DEFAULT 0 CHECK (cycle_cents BETWEEN 0 AND 999999999),
  start_day TEXT NOT NULL DEFAULT '' CHECK (start_day = '' OR start_day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  CHECK ((cycle_cents = 0) = (start_day = '') AND (act = 'plan' OR cycle_cents = 0)),
  CHECK ((state = 'created') = (sent_at IS NULL) AND (state = 'created') = (claimed_seq = 0)),
  CHECK ((state IN ('created', 'claimed', 'sending')) = (ended_at IS NULL)),
  CHECK (state = 'taken' OR reference = '' AND mail = ''),
  CHECK (state IN ('declined', 'not_sent') OR refusal = ''),
  CHECK ((state IN ('unknown', 'taken') OR asked = 0) AND (state IN ('unknown', 'taken', 'absent') OR look_at IS NULL))
) STRICT;
INSERT INTO attempts_next (id, act, target, value_cents, practice, patient, department, appointment, portal, subject, patient_name, state, brand, last4, email, mail, reference, refusal, created_at, sent_at, ended_at, basis, claimed_seq, before_ref, looks, look_at, asked, why)
SELECT id, act, target, value_cents, practice, patient, department, appointment, portal, subject, patient_name, state, brand, last4, email, mail, reference, refusal, created_at, sent_at, ended_at, basis, claimed_seq, before_ref, looks, look_at, asked, why
FROM attempts ORDER BY rowid;
DROP TABLE attempts;
ALTER TABLE attempts_next RENAME TO attempts;
CREATE INDEX attempts_of_patient ON attempts (practice, patient, state);
CREATE INDEX attempts_of_state ON attempts (state);
CREATE INDEX attempts_to_look ON attempts (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX attempts_asked ON attempts (asked) WHERE asked = 1;
CREATE INDEX attempts_to_mail ON attempts (mail) WHERE mail = 'due';
-- The money of one payment is the money of one charge.
CREATE INDEX attempts_of_reference ON attempts (practice, reference) WHERE reference <> '';

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
  patient_name, created_at, basis, cycle_cents, start_day ON attempts
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
