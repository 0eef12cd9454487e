"""事業者: the master's pages, the picker beside the form, tracks, and what a case's page says of its traders."""
