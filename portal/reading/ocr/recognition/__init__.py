"""Reads lines and patches, by tesseract and a net that cross-checks it, and says what may be relied on."""
