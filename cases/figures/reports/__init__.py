"""The annual and the monthly report: sixteen tables of one centre, one period and one cut of the fact log."""
