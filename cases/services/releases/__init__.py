"""Publishing numbers: propose, judge (by the worker), approve by a second person, withdraw, correct.

What was published is in the log with the digest of everything it says; a release that the log does not vouch for is
shown to nobody, and none is judged while one is missing.
"""

from cases.services.releases.activity import release_activity
from cases.services.releases.judgement import JUDGE, register
from cases.services.releases.kept import (
    LedgerGrew,
    LedgerIncomplete,
    ReleaseNotJudged,
    ReleaseNotOpen,
    prove,
    released_for,
    require_released,
    visible_to,
    whole,
)
from cases.services.releases.rules import RuleNeedsReason, rule_of, set_rule
from cases.services.releases.verbs import approve, correct, propose, revise, withdraw
from cases.services.releases.warnings import WarningHasNumbers, approve_late, propose_warning

__all__ = [
    "JUDGE",
    "LedgerGrew",
    "LedgerIncomplete",
    "ReleaseNotJudged",
    "ReleaseNotOpen",
    "RuleNeedsReason",
    "WarningHasNumbers",
    "approve",
    "approve_late",
    "correct",
    "propose",
    "propose_warning",
    "prove",
    "register",
    "release_activity",
    "released_for",
    "require_released",
    "revise",
    "rule_of",
    "set_rule",
    "visible_to",
    "whole",
    "withdraw",
]
