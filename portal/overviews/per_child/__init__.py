"""Mailings with one letter for each child: files and children side by side, each pair, and what is in doubt."""
