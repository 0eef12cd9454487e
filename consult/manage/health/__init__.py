"""動作の状態: whether the machine does its work and consultations come in, for whoever can mend it."""
