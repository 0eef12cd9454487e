"""PIO-NET at the desk: what waits to be registered, copying field by field, comparing counts, cards without persons."""
