"""The whole 相談カード as one form: its fields, the rows that come more than once, what is folded and when it opens."""
