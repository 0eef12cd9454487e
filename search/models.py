"""Where Django looks for models; each lives in its room."""

from search.dead_letters import DeadLetter
from search.judgements import Judgement
from search.near import NearDuplicate
from search.terms import CaseTerms
from search.wave_rows import Wave, WaveCase

__all__ = ["CaseTerms", "DeadLetter", "Judgement", "NearDuplicate", "Wave", "WaveCase"]
