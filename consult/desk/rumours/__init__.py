"""うわさ: what is told of a caller or visitor, without anybody whom it happened to."""
