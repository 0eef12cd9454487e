"""増えている言葉: what may be a new 手口, shown to a manager with examples."""
