"""気づき of watchers at the desk: taken down, read, decided, rated."""
