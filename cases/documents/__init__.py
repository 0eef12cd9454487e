"""Files that people hand in with a consultation: which are taken, what is checked, how they are looked at."""
