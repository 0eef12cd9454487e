"""Kill -9 in the middle of the work, and see what is left. `make faults RUNS=20 SEED=1`."""
