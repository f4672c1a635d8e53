/** What retention and verification need: rows that lost their body keep their hash, and rows that do not add up are known. */
export const trust = `
CREATE TABLE set_aside (
  offset INTEGER PRIMARY KEY REFERENCES results (offset),
  reason TEXT NOT NULL,
  found_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE alarms (at_ms INTEGER NOT NULL, sentence TEXT NOT NULL) STRICT;

ALTER TABLE results ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;
`;
