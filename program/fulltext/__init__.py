"""Finding reports by the words in them: what was submitted last, in both databases."""
