-- What payers merely wish, in one column. The e-mail address, the first of the
-- wishes, had a column of its own.

-- +goose Up
DROP TRIGGER attempts_claimed ON attempts;
ALTER TABLE attempts ADD COLUMN wishes text NOT NULL DEFAULT '{}'
  CHECK (length(wishes) <= 4000 AND json_typeof(wishes::json) = 'object' AND regexp_replace(wishes, '[ -]', '', 'g') !~ '[0-9]{12}');
UPDATE attempts SET wishes = '{"email":' || to_json(email)::text || '}' WHERE email <> '';
ALTER TABLE attempts DROP COLUMN email;
CREATE TRIGGER attempts_claimed BEFORE UPDATE OF brand, last4, wishes, claimed_seq ON attempts FOR EACH ROW
  WHEN (OLD.state <> 'created' AND (NEW.brand, NEW.last4, NEW.wishes, NEW.claimed_seq)
    IS DISTINCT FROM (OLD.brand, OLD.last4, OLD.wishes, OLD.claimed_seq))
  EXECUTE FUNCTION refuse('what an attempt was claimed with is fixed');
