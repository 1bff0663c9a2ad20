-- Acts of the practice's staff that belong to no attempt: events too, of the same
-- chain. The table is made anew, as the fifth migration does it, and like it can be
-- gone through twice.

-- +goose NO TRANSACTION
-- +goose Up
PRAGMA foreign_keys = OFF;
PRAGMA legacy_alter_table = ON; -- what refers to the table refers to the one that takes its place
BEGIN IMMEDIATE;

CREATE TABLE events_next (
  seq INTEGER NOT NULL PRIMARY KEY CHECK (seq BETWEEN 1 AND 99999999999),
  attempt TEXT CHECK (length(attempt) <= 32 AND replace(replace(attempt, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*') REFERENCES attempts (id),
  at INTEGER NOT NULL CHECK (at BETWEEN 946684800000000 AND 2220999999999999),
  who TEXT NOT NULL CHECK (length(who) BETWEEN 1 AND 330 AND replace(replace(who, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  what TEXT NOT NULL CHECK (what IN ('created', 'claimed', 'sending', 'settled', 'recovered', 'looked', 'found', 'absent', 'asked',
    'proposed', 'decided', 'seen', 'mailing', 'emailed', 'email_failed', 'restored', 'unread', 'again', 'desk')),
  state TEXT NOT NULL CHECK (state IN ('', 'created', 'claimed', 'sending', 'taken', 'declined', 'not_sent', 'unknown', 'absent')),
  evidence TEXT NOT NULL CHECK (length(evidence) <= 500 AND replace(replace(evidence, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  -- SHA-256 over the event and the hash of the one before it.
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  -- Of an act at the desk: where, about which patient (0: none), by whom, what,
  -- about which attempt or number, and what there is to keep of it.
  practice INTEGER NOT NULL DEFAULT 0 CHECK (practice BETWEEN 0 AND 99999999999),
  patient INTEGER NOT NULL DEFAULT 0 CHECK (patient BETWEEN 0 AND 99999999999),
  name TEXT NOT NULL DEFAULT '' CHECK (length(name) <= 200 AND replace(replace(name, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  role TEXT NOT NULL DEFAULT '' CHECK (role IN ('', 'front_desk', 'biller', 'manager')),
  act TEXT NOT NULL DEFAULT '' CHECK (length(act) <= 64 AND replace(replace(act, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  about TEXT NOT NULL DEFAULT '' CHECK (length(about) <= 64 AND replace(replace(about, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  content TEXT NOT NULL DEFAULT '' CHECK (length(content) <= 4000 AND (content = '' OR json_valid(content) AND content GLOB '{*}') AND replace(replace(content, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  CHECK ((what = 'desk') = (attempt IS NULL) AND (what = 'desk') = (state = '') AND (what = 'desk') = (practice > 0) AND (what = 'desk') = (act <> ''))
) STRICT;
INSERT INTO events_next (seq, attempt, at, who, what, state, evidence, hash)
SELECT seq, attempt, at, who, what, state, evidence, hash FROM events ORDER BY seq;
DROP TABLE events;
ALTER TABLE events_next RENAME TO events;
CREATE INDEX events_of_attempt ON events (attempt, seq);
CREATE INDEX events_of_desk ON events (practice, act, seq) WHERE practice > 0;
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

COMMIT;
PRAGMA legacy_alter_table = OFF;
PRAGMA foreign_keys = ON;
