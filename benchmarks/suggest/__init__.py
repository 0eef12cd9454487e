"""How well codes are suggested, on wordings that were never learned from."""
