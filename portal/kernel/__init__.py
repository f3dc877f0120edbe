"""The ground floor: time, randomness, environment, keys and the database. Imports nothing above it."""
