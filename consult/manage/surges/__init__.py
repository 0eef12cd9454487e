"""急に増えた相談: the cards of surges as managers and outreach see them, what people say of them, and their rules."""
