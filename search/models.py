"""Where Django looks for models; each lives in its room."""

from search.judgements import Judgement
from search.near import NearDuplicate
from search.terms import CaseTerms

__all__ = ["CaseTerms", "Judgement", "NearDuplicate"]
