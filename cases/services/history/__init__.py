"""Published figures of earlier years and other places: files in, corrections, removals. Never mixed into counts."""
