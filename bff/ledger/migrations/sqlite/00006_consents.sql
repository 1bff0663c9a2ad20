-- What payers agreed to, word by word, with the claim of their attempt.

-- +goose Up
CREATE TABLE consents (
  attempt TEXT NOT NULL PRIMARY KEY CHECK (length(attempt) <= 32 AND replace(replace(attempt, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*') REFERENCES attempts (id),
  text TEXT NOT NULL CHECK (length(text) BETWEEN 1 AND 20000 AND replace(replace(text, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  -- Of the text, by its hash.
  version TEXT NOT NULL CHECK (length(version) = 8 AND version NOT GLOB '*[^A-Z2-7]*'),
  locale TEXT NOT NULL CHECK (length(locale) BETWEEN 2 AND 35 AND replace(locale, '-', '') NOT GLOB '*[^A-Za-z0-9]*' AND replace(locale, '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  at INTEGER NOT NULL CHECK (at BETWEEN 946684800000000 AND 2220999999999999),
  subject TEXT NOT NULL CHECK (length(subject) <= 255 AND replace(replace(subject, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*')
) STRICT;
-- +goose StatementBegin
CREATE TRIGGER consents_fixed BEFORE INSERT ON consents
WHEN EXISTS (SELECT 1 FROM consents WHERE attempt = NEW.attempt)
  OR NOT EXISTS (SELECT 1 FROM attempts WHERE id = NEW.attempt AND state = 'created')
BEGIN SELECT RAISE(ABORT, 'consents are fixed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER consents_no_update BEFORE UPDATE ON consents
BEGIN SELECT RAISE(ABORT, 'consents are fixed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER consents_no_delete BEFORE DELETE ON consents
BEGIN SELECT RAISE(ABORT, 'consents are fixed'); END;
-- +goose StatementEnd
