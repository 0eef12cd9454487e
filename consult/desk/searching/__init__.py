"""探す: one box for numbers, telephone numbers, days, names and words, narrowed by codes; searches that are kept."""
