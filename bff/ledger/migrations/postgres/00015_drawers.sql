-- What lies in a drawer that nobody has counted is found by whose drawer it is and when it
-- came to be done, and what was taken back by when that was, however much there is of it.

-- +goose Up
CREATE INDEX attempts_of_drawer ON attempts (practice, department, portal, subject, ended_at, claimed_seq, sent_at, act, staff_name, staff_role, state)
  WHERE state = 'taken' AND staff_role <> '';
CREATE INDEX attempts_voiding ON attempts (practice, sent_at) WHERE act = 'void';
