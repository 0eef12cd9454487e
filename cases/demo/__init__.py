"""Made-up consultations that look like a centre's: for a first look, for tests of speed, for teaching."""
