"""PIO-NET: copying cards there by hand, knowing which are there, comparing counts, and cards without persons."""
