-- How often something was tried lately, by names that only who has the key can make.

-- +goose Up
CREATE TABLE counters (
  name BLOB NOT NULL CHECK (length(name) = 32),
  slot INTEGER NOT NULL CHECK (slot BETWEEN 946684800000000 AND 2220999999999999),
  n INTEGER NOT NULL CHECK (n BETWEEN -99999999 AND 99999999),
  expires_at INTEGER NOT NULL CHECK (expires_at BETWEEN 946684800000000 AND 2220999999999999),
  PRIMARY KEY (name, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX counters_by_end ON counters (expires_at);
