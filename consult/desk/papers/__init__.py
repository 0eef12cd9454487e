"""Papers of the desk: the blank 受付票 for a day without power, and a case on paper."""
