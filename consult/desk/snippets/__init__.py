"""定型文: the office's own words, written by a short sign while one types."""
