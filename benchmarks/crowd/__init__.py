"""Many counsellors at once on one machine."""
