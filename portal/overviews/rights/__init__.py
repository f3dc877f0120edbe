"""Who may see which child: what staff decided, what they gave by hand, and what the roster has ended."""
