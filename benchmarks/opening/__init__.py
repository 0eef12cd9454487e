"""A centre of any size, filled once and opened for work: how the measures begin that send people to it."""
