"""Kill -9 in the middle of saving, importing and indexing, and see what is left. `make faults RUNS=20 SEED=1`."""
