"""What is kept on disk: the database behind one door, its column types and migrations, and who shares a commit."""
