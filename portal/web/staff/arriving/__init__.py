"""What staff send from their own mail programs: how to set one up, and what came in."""
