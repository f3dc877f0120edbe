"""`portal roster`, `portal child`, `portal guardianship` and `portal erase`: families at the command line."""
