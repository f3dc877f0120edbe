"""What staff send in from their own mail programs: taken in, gathered, answered."""
