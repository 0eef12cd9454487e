"""Where Django looks for models; each lives in its room."""

from cases.feed.models import FeedRow
from cases.figures.models import CaseFact, FactLog, PublishedFigure, Release
from cases.jobs.models import Job, TaskLease, WorkerSeen
from cases.protection.models import AuditEntry, DataKey, LookupTag, SealedChunk
from cases.records.case import Case, CaseNumber, CaseScamType
from cases.records.centre import Area, Centre
from cases.records.codes import Code, CodeSet
from cases.records.follow_up import FollowUp
from cases.records.people import CasePerson
from cases.services.ledger.models import ImportedRow, ImportFault, ImportMapping, ImportRun

__all__ = [
    "Area",
    "AuditEntry",
    "Case",
    "CaseFact",
    "CaseNumber",
    "CasePerson",
    "CaseScamType",
    "Centre",
    "Code",
    "CodeSet",
    "DataKey",
    "FactLog",
    "FeedRow",
    "FollowUp",
    "ImportFault",
    "ImportMapping",
    "ImportRun",
    "ImportedRow",
    "Job",
    "LookupTag",
    "PublishedFigure",
    "Release",
    "SealedChunk",
    "TaskLease",
    "WorkerSeen",
]
