-- Acts of the practice's staff that belong to no attempt: events too, of the same
-- chain.

-- +goose Up
ALTER TABLE events
  ALTER COLUMN attempt DROP NOT NULL,
  DROP CONSTRAINT events_what_check,
  ADD CONSTRAINT events_what_check CHECK (what IN ('created', 'claimed', 'sending', 'settled', 'recovered', 'looked', 'found', 'absent', 'asked',
    'proposed', 'decided', 'seen', 'mailing', 'emailed', 'email_failed', 'restored', 'unread', 'again', 'desk')),
  DROP CONSTRAINT events_state_check,
  ADD CONSTRAINT events_state_check CHECK (state IN ('', 'created', 'claimed', 'sending', 'taken', 'declined', 'not_sent', 'unknown', 'absent')),
  -- Of an act at the desk: where, about which patient (0: none), by whom, what,
  -- about which attempt or number, and what there is to keep of it.
  ADD COLUMN practice bigint NOT NULL DEFAULT 0 CHECK (practice BETWEEN 0 AND 99999999999),
  ADD COLUMN patient bigint NOT NULL DEFAULT 0 CHECK (patient BETWEEN 0 AND 99999999999),
  ADD COLUMN name text NOT NULL DEFAULT '' CHECK (length(name) <= 200 AND regexp_replace(name, '[ -]', '', 'g') !~ '[0-9]{12}'),
  ADD COLUMN role text NOT NULL DEFAULT '' CHECK (role IN ('', 'front_desk', 'biller', 'manager')),
  ADD COLUMN act text COLLATE "C" NOT NULL DEFAULT '' CHECK (length(act) <= 64 AND regexp_replace(act, '[ -]', '', 'g') !~ '[0-9]{12}'),
  ADD COLUMN about text NOT NULL DEFAULT '' CHECK (length(about) <= 64 AND regexp_replace(about, '[ -]', '', 'g') !~ '[0-9]{12}'),
  ADD COLUMN content text NOT NULL DEFAULT '' CHECK (length(content) <= 4000 AND (content = '' OR json_typeof(content::json) = 'object') AND regexp_replace(content, '[ -]', '', 'g') !~ '[0-9]{12}'),
  ADD CONSTRAINT events_desk_check CHECK ((what = 'desk') = (attempt IS NULL) AND (what = 'desk') = (state = '') AND (what = 'desk') = (practice > 0) AND (what = 'desk') = (act <> ''));
CREATE INDEX events_of_desk ON events (practice, act, seq) WHERE practice > 0;
