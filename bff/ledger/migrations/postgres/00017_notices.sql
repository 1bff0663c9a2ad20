-- What portals' servers have still to be told: the outbox of webhooks.

-- +goose Up
CREATE TABLE notices (
  portal text NOT NULL CHECK (length(portal) <= 64 AND regexp_replace(portal, '[ -]', '', 'g') !~ '[0-9]{12}'),
  seq bigint NOT NULL CHECK (seq BETWEEN 1 AND 99999999999),
  tries integer NOT NULL CHECK (tries BETWEEN 0 AND 999),
  due_at bigint NOT NULL CHECK (due_at BETWEEN 946684800000000 AND 2220999999999999),
  PRIMARY KEY (portal, seq)
);
