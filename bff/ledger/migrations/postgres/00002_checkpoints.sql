-- How far the record had come, signed; and when the ledger came back from a
-- backup.

-- +goose Up
CREATE TABLE checkpoints (
  event bigint NOT NULL PRIMARY KEY CHECK (event BETWEEN 1 AND 99999999999),
  hash bytea NOT NULL CHECK (length(hash) = 32),
  at bigint NOT NULL CHECK (at BETWEEN 946684800000000 AND 2220999999999999),
  -- Of the signed note: four bytes that name the key, and an Ed25519 signature.
  signature bytea NOT NULL CHECK (length(signature) = 68)
);
CREATE TABLE restorations (
  id bigint NOT NULL PRIMARY KEY CHECK (id BETWEEN 1 AND 99999999999),
  -- The last event that the backup had, 0 if none.
  event bigint NOT NULL CHECK (event BETWEEN 0 AND 99999999999),
  -- What happened between these moments is lost.
  from_at bigint NOT NULL CHECK (from_at BETWEEN 946684800000000 AND 2220999999999999),
  until_at bigint NOT NULL CHECK (until_at BETWEEN from_at AND 2220999999999999),
  at bigint NOT NULL CHECK (at BETWEEN 946684800000000 AND 2220999999999999)
);
CREATE TRIGGER checkpoints_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('checkpoints are append-only');
CREATE TRIGGER restorations_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON restorations
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('restorations are append-only');
