"""Mail: composed here as bytes, handed to a mail room that knows one address and no files."""
