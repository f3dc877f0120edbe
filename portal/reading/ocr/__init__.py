"""OCR: finds what may be writing in a picture, reads it, and says where it cannot be sure."""
