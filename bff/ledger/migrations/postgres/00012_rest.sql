-- What else was to be taken when a part of it was.

-- +goose Up
DROP TRIGGER attempts_fixed ON attempts;
ALTER TABLE attempts ADD COLUMN rest text NOT NULL DEFAULT '' CHECK (length(rest) <= 2000 AND regexp_replace(rest, '[ -]', '', 'g') !~ '[0-9]{12}');
CREATE TRIGGER attempts_fixed BEFORE UPDATE OF id, act, target, value_cents, practice, patient, department, appointment, portal, subject,
  patient_name, created_at, basis, cycle_cents, start_day, staff_name, staff_role, method, check_number, given_cents, posted_day,
  reason_code, reason_text, undoes, vendor_reference, terminal, deposit_day, rest ON attempts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('what an attempt was made with is fixed');
