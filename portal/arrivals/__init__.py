"""What staff send in from their own mail programs: kept until it is a mailing, or until its time is over."""
