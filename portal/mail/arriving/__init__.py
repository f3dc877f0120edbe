"""Messages that staff hand in, taken apart in a cage: from MIME to values."""
