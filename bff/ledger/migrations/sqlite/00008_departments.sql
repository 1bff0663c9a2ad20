-- In which time zone a department's days are told, as it was last read.

-- +goose Up
CREATE TABLE departments (
  practice INTEGER NOT NULL CHECK (practice BETWEEN 1 AND 99999999999),
  department INTEGER NOT NULL CHECK (department BETWEEN 0 AND 99999999999),
  zone TEXT NOT NULL CHECK (length(zone) BETWEEN 1 AND 64 AND zone NOT GLOB '*[^A-Za-z0-9/_+-]*' AND replace(replace(zone, ' ', ''), '-', '') NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'),
  PRIMARY KEY (practice, department)
) STRICT;
