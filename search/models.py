"""Where Django looks for models; each lives in its room."""

from search.terms import CaseTerms

__all__ = ["CaseTerms"]
