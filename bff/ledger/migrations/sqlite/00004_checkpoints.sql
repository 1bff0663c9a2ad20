-- How far the record had come, signed; and when the ledger came back from a
-- backup.

-- +goose Up
CREATE TABLE checkpoints (
  event INTEGER NOT NULL PRIMARY KEY CHECK (event BETWEEN 1 AND 99999999999),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  at INTEGER NOT NULL CHECK (at BETWEEN 946684800000000 AND 2220999999999999),
  -- Of the signed note: four bytes that name the key, and an Ed25519 signature.
  signature BLOB NOT NULL CHECK (length(signature) = 68)
) STRICT;
CREATE TABLE restorations (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id BETWEEN 1 AND 99999999999),
  -- The last event that the backup had, 0 if none.
  event INTEGER NOT NULL CHECK (event BETWEEN 0 AND 99999999999),
  -- What happened between these moments is lost.
  from_at INTEGER NOT NULL CHECK (from_at BETWEEN 946684800000000 AND 2220999999999999),
  until_at INTEGER NOT NULL CHECK (until_at BETWEEN from_at AND 2220999999999999),
  at INTEGER NOT NULL CHECK (at BETWEEN 946684800000000 AND 2220999999999999)
) STRICT;
-- +goose StatementBegin
CREATE TRIGGER checkpoints_once BEFORE INSERT ON checkpoints
WHEN EXISTS (SELECT 1 FROM checkpoints WHERE event = NEW.event)
BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER checkpoints_no_update BEFORE UPDATE ON checkpoints
BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER checkpoints_no_delete BEFORE DELETE ON checkpoints
BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER restorations_once BEFORE INSERT ON restorations
WHEN EXISTS (SELECT 1 FROM restorations WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'restorations are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER restorations_no_update BEFORE UPDATE ON restorations
BEGIN SELECT RAISE(ABORT, 'restorations are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER restorations_no_delete BEFORE DELETE ON restorations
BEGIN SELECT RAISE(ABORT, 'restorations are append-only'); END;
-- +goose StatementEnd
