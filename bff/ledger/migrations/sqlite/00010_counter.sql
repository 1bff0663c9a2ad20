-- What the practice's staff are and say of what they do at the counter, and the
-- upstream's batch of money that was taken elsewhere.

-- +goose Up
DROP TRIGGER attempts_fixed;
ALTER TABLE attempts ADD COLUMN staff_name TEXT NOT NULL DEFAULT '' CHECK (length(staff_name) <= 200 AND replace(replace(staff_name, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*');
ALTER TABLE attempts ADD COLUMN staff_role TEXT NOT NULL DEFAULT '' CHECK (staff_role IN ('', 'front_desk', 'biller', 'manager'));
ALTER TABLE attempts ADD COLUMN method TEXT NOT NULL DEFAULT '' CHECK (length(method) <= 64 AND replace(replace(method, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*');
ALTER TABLE attempts ADD COLUMN check_number TEXT NOT NULL DEFAULT '' CHECK (length(check_number) <= 20 AND replace(replace(check_number, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*');
ALTER TABLE attempts ADD COLUMN given_cents INTEGER NOT NULL DEFAULT 0 CHECK (given_cents BETWEEN 0 AND 999999999);
ALTER TABLE attempts ADD COLUMN posted_day TEXT NOT NULL DEFAULT '' CHECK (posted_day = '' OR posted_day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]');
ALTER TABLE attempts ADD COLUMN reason_code TEXT NOT NULL DEFAULT '' CHECK (length(reason_code) <= 32 AND replace(replace(reason_code, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*');
ALTER TABLE attempts ADD COLUMN reason_text TEXT NOT NULL DEFAULT '' CHECK (length(reason_text) <= 300 AND replace(replace(reason_text, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*');
ALTER TABLE attempts ADD COLUMN undoes TEXT NOT NULL DEFAULT '' CHECK (length(undoes) <= 64 AND replace(replace(undoes, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*');
ALTER TABLE attempts ADD COLUMN vendor_reference TEXT NOT NULL DEFAULT '' CHECK (length(vendor_reference) <= 32 AND replace(replace(vendor_reference, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*');
ALTER TABLE attempts ADD COLUMN terminal TEXT NOT NULL DEFAULT '' CHECK (length(terminal) <= 32 AND replace(replace(terminal, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*');
ALTER TABLE attempts ADD COLUMN deposit_day TEXT NOT NULL DEFAULT '' CHECK (deposit_day = '' OR deposit_day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]');
ALTER TABLE attempts ADD COLUMN batch TEXT NOT NULL DEFAULT '' CHECK (length(batch) <= 32 AND (batch = '' OR state = 'taken') AND replace(replace(batch, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*');
-- A check is used once; a day is told from the moments of its claims; a support
-- code is the beginning of an id.
CREATE INDEX attempts_of_check ON attempts (practice, check_number) WHERE check_number <> '';
CREATE INDEX attempts_of_day ON attempts (practice, sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX attempts_of_code ON attempts (upper(substr(id, 1, 8)));
-- +goose StatementBegin
CREATE TRIGGER attempts_fixed BEFORE UPDATE OF id, act, target, value_cents, practice, patient, department, appointment, portal, subject,
  patient_name, created_at, basis, cycle_cents, start_day, staff_name, staff_role, method, check_number, given_cents, posted_day,
  reason_code, reason_text, undoes, vendor_reference, terminal, deposit_day ON attempts
BEGIN SELECT RAISE(ABORT, 'what an attempt was made with is fixed'); END;
-- +goose StatementEnd
