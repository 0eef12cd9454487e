"""Measures of protection: each a command of its own, in a temporary installation with keys of its own."""
