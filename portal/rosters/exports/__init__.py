"""Exports of several files: OneRoster, its deltas, and Microsoft School Data Sync."""
