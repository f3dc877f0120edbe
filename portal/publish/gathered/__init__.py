"""What staff sent in from their mail programs becomes a mailing, through the ways that there are: one or for each."""
