-- In which time zone a department's days are told, as it was last read.

-- +goose Up
CREATE TABLE departments (
  practice   bigint NOT NULL CHECK (practice BETWEEN 1 AND 99999999999),
  department bigint NOT NULL CHECK (department BETWEEN 0 AND 99999999999),
  zone       text NOT NULL CHECK (length(zone) BETWEEN 1 AND 64 AND zone !~ '[^A-Za-z0-9/_+-]' AND regexp_replace(zone, '[ -]', '', 'g') !~ '[0-9]{12}'),
  PRIMARY KEY (practice, department)
);
