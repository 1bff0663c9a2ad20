-- Under which launch of a portal an attempt was claimed.

-- +goose Up
DROP TRIGGER attempts_claimed ON attempts;
ALTER TABLE attempts ADD COLUMN launch text NOT NULL DEFAULT '' CHECK (length(launch) <= 128 AND regexp_replace(launch, '[ -]', '', 'g') !~ '[0-9]{12}');
CREATE INDEX attempts_of_launch ON attempts (portal, launch) WHERE launch <> '';
CREATE TRIGGER attempts_claimed BEFORE UPDATE OF brand, last4, wishes, claimed_seq, launch ON attempts FOR EACH ROW
  WHEN (OLD.state <> 'created' AND (NEW.brand, NEW.last4, NEW.wishes, NEW.claimed_seq, NEW.launch)
    IS DISTINCT FROM (OLD.brand, OLD.last4, OLD.wishes, OLD.claimed_seq, OLD.launch))
  EXECUTE FUNCTION refuse('what an attempt was claimed with is fixed');
