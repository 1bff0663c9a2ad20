-- What portals' servers have still to be told: the outbox of webhooks.

-- +goose Up
CREATE TABLE notices (
  portal TEXT NOT NULL CHECK (length(portal) <= 64 AND replace(replace(portal, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  seq INTEGER NOT NULL CHECK (seq BETWEEN 1 AND 99999999999),
  tries INTEGER NOT NULL CHECK (tries BETWEEN 0 AND 999),
  due_at INTEGER NOT NULL CHECK (due_at BETWEEN 946684800000000 AND 2220999999999999),
  PRIMARY KEY (portal, seq)
) STRICT, WITHOUT ROWID;
