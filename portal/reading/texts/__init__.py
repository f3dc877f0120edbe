"""Text in any encoding, tables, markup and drawings made of text."""
