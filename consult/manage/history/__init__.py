"""公表値: figures of earlier years and other places, as printed; beside the centre's counts, never in them."""
