"""What a family meets: the way in, its letters, and the way out."""
