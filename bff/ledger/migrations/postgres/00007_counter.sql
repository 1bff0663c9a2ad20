-- What the practice's staff are and say of what they do at the counter, and the
-- upstream's batch of money that was taken elsewhere.

-- +goose Up
DROP TRIGGER attempts_fixed ON attempts;
ALTER TABLE attempts
  ADD COLUMN staff_name text NOT NULL DEFAULT '' CHECK (length(staff_name) <= 200 AND regexp_replace(staff_name, '[ -]', '', 'g') !~ '[0-9]{12}'),
  ADD COLUMN staff_role text NOT NULL DEFAULT '' CHECK (staff_role IN ('', 'front_desk', 'biller', 'manager')),
  ADD COLUMN method text NOT NULL DEFAULT '' CHECK (length(method) <= 64 AND regexp_replace(method, '[ -]', '', 'g') !~ '[0-9]{12}'),
  ADD COLUMN check_number text NOT NULL DEFAULT '' CHECK (length(check_number) <= 20 AND regexp_replace(check_number, '[ -]', '', 'g') !~ '[0-9]{12}'),
  ADD COLUMN given_cents bigint NOT NULL DEFAULT 0 CHECK (given_cents BETWEEN 0 AND 999999999),
  ADD COLUMN posted_day text NOT NULL DEFAULT '' CHECK (posted_day ~ '^([0-9]{4}-[0-9]{2}-[0-9]{2})?$'),
  ADD COLUMN reason_code text NOT NULL DEFAULT '' CHECK (length(reason_code) <= 32 AND regexp_replace(reason_code, '[ -]', '', 'g') !~ '[0-9]{12}'),
  ADD COLUMN reason_text text NOT NULL DEFAULT '' CHECK (length(reason_text) <= 300 AND regexp_replace(reason_text, '[ -]', '', 'g') !~ '[0-9]{12}'),
  ADD COLUMN undoes text NOT NULL DEFAULT '' CHECK (length(undoes) <= 64 AND regexp_replace(undoes, '[ -]', '', 'g') !~ '[0-9]{12}'),
  ADD COLUMN vendor_reference text NOT NULL DEFAULT '' CHECK (length(vendor_reference) <= 32 AND regexp_replace(vendor_reference, '[ -]', '', 'g') !~ '[0-9]{12}'),
  ADD COLUMN terminal text NOT NULL DEFAULT '' CHECK (length(terminal) <= 32 AND regexp_replace(terminal, '[ -]', '', 'g') !~ '[0-9]{12}'),
  ADD COLUMN deposit_day text NOT NULL DEFAULT '' CHECK (deposit_day ~ '^([0-9]{4}-[0-9]{2}-[0-9]{2})?$'),
  ADD COLUMN batch text NOT NULL DEFAULT '' CHECK (length(batch) <= 32 AND (batch = '' OR state = 'taken') AND regexp_replace(batch, '[ -]', '', 'g') !~ '[0-9]{12}');
-- A check is used once; a day is told from the moments of its claims; a support
-- code is the beginning of an id.
CREATE INDEX attempts_of_check ON attempts (practice, check_number) WHERE check_number <> '';
CREATE INDEX attempts_of_day ON attempts (practice, sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX attempts_of_code ON attempts (upper(substr(id, 1, 8)));
CREATE TRIGGER attempts_fixed BEFORE UPDATE OF id, act, target, value_cents, practice, patient, department, appointment, portal, subject,
  patient_name, created_at, basis, cycle_cents, start_day, staff_name, staff_role, method, check_number, given_cents, posted_day,
  reason_code, reason_text, undoes, vendor_reference, terminal, deposit_day ON attempts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('what an attempt was made with is fixed');
