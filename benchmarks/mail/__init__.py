"""Kill -9 in the middle of a mailing, and see who got it. `python -m benchmarks.mail --recipients 2000 --kills 20`."""
