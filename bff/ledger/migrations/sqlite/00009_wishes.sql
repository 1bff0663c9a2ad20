-- What payers merely wish, in one column. The e-mail address, the first of the
-- wishes, had a column of its own.

-- +goose Up
DROP TRIGGER attempts_claimed;
ALTER TABLE attempts ADD COLUMN wishes TEXT NOT NULL DEFAULT '{}' CHECK (length(wishes) <= 4000 AND json_valid(wishes) AND wishes GLOB '{*}' AND replace(replace(wishes, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*');
UPDATE attempts SET wishes = json_object('email', email) WHERE email <> '';
ALTER TABLE attempts DROP COLUMN email;
-- +goose StatementBegin
CREATE TRIGGER attempts_claimed BEFORE UPDATE OF brand, last4, wishes, claimed_seq ON attempts
WHEN OLD.state <> 'created' AND (NEW.brand <> OLD.brand OR NEW.last4 <> OLD.last4 OR NEW.wishes <> OLD.wishes OR NEW.claimed_seq <> OLD.claimed_seq)
BEGIN SELECT RAISE(ABORT, 'what an attempt was claimed with is fixed'); END;
-- +goose StatementEnd
