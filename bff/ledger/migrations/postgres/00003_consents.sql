-- Cards that are kept, the terms of payment plans, and what payers agreed to, word
-- by word, with the claim of their attempt.

-- +goose Up
ALTER TABLE attempts
  DROP CONSTRAINT attempts_act_check,
  ADD CONSTRAINT attempts_act_check CHECK (act IN ('charge', 'charge_stored', 'agree_visit', 'agree_year', 'plan', 'store_card', 'record',
    'void', 'vendor_payment', 'refund', 'adjust')),
  -- What a payment plan asks for each month, and from which day on.
  ADD COLUMN cycle_cents bigint NOT NULL DEFAULT 0 CHECK (cycle_cents BETWEEN 0 AND 999999999),
  ADD COLUMN start_day text NOT NULL DEFAULT '' CHECK (start_day ~ '^([0-9]{4}-[0-9]{2}-[0-9]{2})?$'),
  ADD CONSTRAINT attempts_terms_check CHECK ((cycle_cents = 0) = (start_day = '') AND (act = 'plan' OR cycle_cents = 0));
DROP TRIGGER attempts_fixed ON attempts;
CREATE TRIGGER attempts_fixed BEFORE UPDATE OF id, act, target, value_cents, practice, patient, department, appointment, portal,
  subject, patient_name, created_at, basis, cycle_cents, start_day ON attempts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('what an attempt was made with is fixed');

CREATE TABLE consents (
  attempt text COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(attempt) <= 32 AND regexp_replace(attempt, '[ -]', '', 'g') !~ '[0-9]{12}') REFERENCES attempts (id),
  text    text NOT NULL CHECK (length(text) BETWEEN 1 AND 20000 AND regexp_replace(text, '[ -]', '', 'g') !~ '[0-9]{12}'),
  -- Of the text, by its hash.
  version text NOT NULL CHECK (version ~ '^[A-Z2-7]{8}$'),
  locale  text NOT NULL CHECK (length(locale) BETWEEN 2 AND 35 AND locale !~ '[^A-Za-z0-9-]' AND regexp_replace(locale, '-', '', 'g') !~ '[0-9]{12}'),
  at      bigint NOT NULL CHECK (at BETWEEN 946684800000000 AND 2220999999999999),
  subject text NOT NULL CHECK (length(subject) <= 255 AND regexp_replace(subject, '[ -]', '', 'g') !~ '[0-9]{12}')
);
-- +goose StatementBegin
CREATE FUNCTION consents_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM attempts WHERE id = NEW.attempt AND state = 'created') THEN
    RAISE EXCEPTION 'consents are fixed';
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER consents_fixed BEFORE INSERT ON consents FOR EACH ROW EXECUTE FUNCTION consents_fixed();
CREATE TRIGGER consents_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON consents
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('consents are fixed');
