-- What is to be done by hand is told by the acts at the desk without another one
-- about the same; what undoes an attempt, by the attempt.

-- +goose Up
CREATE INDEX events_of_about ON events (act, about, practice) WHERE practice > 0;
CREATE INDEX attempts_of_undoes ON attempts (practice, undoes) WHERE undoes <> '';
