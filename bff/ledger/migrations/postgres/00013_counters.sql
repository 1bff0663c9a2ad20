-- How often something was tried lately, by names that only who has the key can make.

-- +goose Up
CREATE TABLE counters (
  name bytea NOT NULL CHECK (octet_length(name) = 32),
  slot bigint NOT NULL CHECK (slot BETWEEN 946684800000000 AND 2220999999999999),
  n integer NOT NULL CHECK (n BETWEEN -99999999 AND 99999999),
  expires_at bigint NOT NULL CHECK (expires_at BETWEEN 946684800000000 AND 2220999999999999),
  PRIMARY KEY (name, slot)
);
CREATE INDEX counters_by_end ON counters (expires_at);
