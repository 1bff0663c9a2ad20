-- Under which launch of a portal an attempt was claimed.

-- +goose Up
DROP TRIGGER attempts_claimed;
ALTER TABLE attempts ADD COLUMN launch TEXT NOT NULL DEFAULT '' CHECK (length(launch) <= 128 AND replace(replace(launch, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*');
CREATE INDEX attempts_of_launch ON attempts (portal, launch) WHERE launch <> '';
-- +goose StatementBegin
CREATE TRIGGER attempts_claimed BEFORE UPDATE OF brand, last4, wishes, claimed_seq, launch ON attempts
WHEN OLD.state <> 'created' AND (NEW.brand <> OLD.brand OR NEW.last4 <> OLD.last4 OR NEW.wishes <> OLD.wishes OR NEW.claimed_seq <> OLD.claimed_seq OR NEW.launch <> OLD.launch)
BEGIN SELECT RAISE(ABORT, 'what an attempt was claimed with is fixed'); END;
-- +goose StatementEnd
