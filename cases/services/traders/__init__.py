"""事業者の台帳: names that differ from caller to caller brought together; tracks of what others watch for."""
