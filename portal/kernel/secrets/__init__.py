"""Keys and what is made from them: the key file, tokens, the wrap file that forgets, and the head file."""
