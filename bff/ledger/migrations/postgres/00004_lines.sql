-- Money for no bill, and for a visit that has none yet.

-- +goose Up
ALTER TABLE lines
  DROP CONSTRAINT lines_kind_check,
  ADD CONSTRAINT lines_kind_check CHECK (kind IN ('copay', 'claim', 'other', 'today'));
