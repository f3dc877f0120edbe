"""What is taken out of a picture before it is read again: ruling lines, dashes, codes, drawings."""
