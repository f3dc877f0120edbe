"""What went out is put right: a corrected version, a fresh link, and keys that are in wrong hands."""
