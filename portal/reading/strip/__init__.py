"""What is taken out of a file before it is published."""
