"""Looking up families, and what each guardian may see."""
