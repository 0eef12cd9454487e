"""Cases from ledgers as small centres keep them: a CSV or Excel file, columns matched to our fields, rows to cases."""
