-- What nobody has pressed yet stays for ever, where a payer left or a clerk changed their
-- mind: what waits for a second person is found among that of the last days. Every page
-- of the desk counts it.

-- +goose Up
CREATE INDEX attempts_waiting ON attempts (practice, created_at) WHERE state = 'created';
