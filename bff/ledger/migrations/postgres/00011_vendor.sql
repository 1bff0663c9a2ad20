-- A vendor's reference is used once.

-- +goose Up
CREATE INDEX attempts_of_vendor ON attempts (practice, vendor_reference) WHERE vendor_reference <> '';
