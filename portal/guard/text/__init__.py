"""Letters and words in one spelling: folding, scripts, the lexicon's words, dates and numbers in words."""
