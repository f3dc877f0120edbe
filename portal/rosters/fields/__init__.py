"""What cells, headers and dates mean, and the values a roster is made of."""
