-- Money for no bill, and for a visit that has none yet. A table whose constraints
-- change is made anew. Nothing refers to this one, so that is done in the
-- migration's own transaction, which runs whole or not at all.

-- +goose Up
CREATE TABLE lines_next (
  attempt TEXT NOT NULL CHECK (length(attempt) <= 32 AND replace(replace(attempt, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*')
          REFERENCES attempts (id),
  place   INTEGER NOT NULL CHECK (place BETWEEN 0 AND 999),
  bill    TEXT NOT NULL CHECK (length(bill) BETWEEN 1 AND 40 AND replace(replace(bill, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  kind    TEXT NOT NULL CHECK (kind IN ('copay', 'claim', 'other', 'today')),
  number  TEXT NOT NULL CHECK (length(number) BETWEEN 1 AND 32 AND replace(replace(number, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  service TEXT NOT NULL CHECK (service = '' OR service GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  title   TEXT NOT NULL CHECK (length(title) <= 200 AND replace(replace(title, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  cents   INTEGER NOT NULL CHECK (cents BETWEEN 1 AND 999999999),
  -- What the upstream said was owed of the bill when the line was made.
  balance_cents INTEGER NOT NULL CHECK (balance_cents BETWEEN cents AND 999999999),
  PRIMARY KEY (attempt, place),
  UNIQUE (attempt, bill)
) STRICT;
INSERT INTO lines_next (attempt, place, bill, kind, number, service, title, cents, balance_cents)
SELECT attempt, place, bill, kind, number, service, title, cents, balance_cents FROM lines;
DROP TABLE lines;
ALTER TABLE lines_next RENAME TO lines;
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
