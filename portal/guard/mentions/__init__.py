"""Who is named in one part of a file: every name, then every other sign."""
