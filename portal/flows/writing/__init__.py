"""A letter is written: begun, drafted, sorted child by child, looked at, corrected, released when it was stopped."""
