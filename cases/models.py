"""Where Django looks for models; each lives in its room."""

from cases.backup.models import Backup, BackupCopy, BackupPlace, ErasureNote
from cases.feed.models import FeedRow
from cases.figures.models import CaseFact, CodeMapVersion, FactLog, FigureFile, PublishedFigure
from cases.figures.population_rows import PopulationTable, Residents, TownDistrict
from cases.figures.releases.models import Release
from cases.figures.reports.models import Report, ReportAmounts, ReportExample, ReportFile
from cases.figures.surge_log.models import (
    SurgeBreak,
    SurgeCard,
    SurgeEvaluation,
    SurgeInputs,
    SurgeSettings,
    SurgeVerdict,
    SurgeWave,
)
from cases.jobs.models import Job, TaskLease, WorkerSeen
from cases.protection.audit.models import AuditCheckpoint, AuditDelivery, AuditFault, AuditHead
from cases.protection.keys.models import KeyCopy, KeyDestruction, KeyMedium, KeyVersion, PastWrap
from cases.protection.models import (
    AuditEntry,
    ConfirmedText,
    ContactTag,
    DataKey,
    LookupIndex,
    LookupPermit,
    LookupTag,
    MaskingWord,
    SealedChunk,
)
from cases.records.accidents import AccidentDecision
from cases.records.alerts import Alert
from cases.records.answers import AnswerCorrection, NumbersQuestion, PublishedAnswer
from cases.records.approval import ApprovalStep, CaseSeen
from cases.records.attachment import Attachment
from cases.records.callbacks import Callback
from cases.records.card import CaseCode, CaseConsent, CaseReferral, CaseTrader, CaseTransfer
from cases.records.case import Case, CaseNumber, CaseScamType
from cases.records.centre import Area, Centre
from cases.records.closed_days import ClosedDay
from cases.records.codes import Code, CodeSet
from cases.records.custody import BreakGlass, HandOver
from cases.records.directory import ReferralBody
from cases.records.disclosures import DisclosedCase, OutsideDisclosure
from cases.records.events import CaseEvent
from cases.records.follow_up import FollowUp
from cases.records.guidance import GuidanceVersion
from cases.records.help_calls import HelpCall
from cases.records.later_review import LaterReview
from cases.records.leaks import LeakCase, LeakFinding, LeakIncident, LeakNotice, LeakReport
from cases.records.letters import CaseLetter
from cases.records.links import CaseLink
from cases.records.papers import OfficePaper
from cases.records.people import CasePerson
from cases.records.registration import CopyingPlan, Registration
from cases.records.requests import CitizenRequest, RequestedCase, RequestMark, RequestPart
from cases.records.rumours import Rumour, RumourCase
from cases.records.steps import RecordStep
from cases.records.tombstone import Tombstone
from cases.records.track import Track
from cases.records.trader import Trader, TraderKey, TraderMark, TraderMerge, TraderName
from cases.records.undo import UndoNote
from cases.records.unusual import UnusualLooks
from cases.records.viewing import CaseViewer
from cases.records.watch_share import WatchShare
from cases.records.worries import Worry
from cases.services.ledger.models import ImportedRow, ImportFault, ImportMapping, ImportRun
from cases.services.retention.models import CaseClass, Disposal, DisposalItem, LegalHold, RetentionYears

__all__ = [
    "AccidentDecision",
    "Alert",
    "AnswerCorrection",
    "ApprovalStep",
    "Area",
    "Attachment",
    "AuditCheckpoint",
    "AuditDelivery",
    "AuditEntry",
    "AuditFault",
    "AuditHead",
    "Backup",
    "BackupCopy",
    "BackupPlace",
    "BreakGlass",
    "Callback",
    "Case",
    "CaseClass",
    "CaseCode",
    "CaseConsent",
    "CaseEvent",
    "CaseFact",
    "CaseLetter",
    "CaseLink",
    "CaseNumber",
    "CasePerson",
    "CaseReferral",
    "CaseScamType",
    "CaseSeen",
    "CaseTrader",
    "CaseTransfer",
    "CaseViewer",
    "Centre",
    "CitizenRequest",
    "ClosedDay",
    "Code",
    "CodeMapVersion",
    "CodeSet",
    "ConfirmedText",
    "ContactTag",
    "CopyingPlan",
    "DataKey",
    "DisclosedCase",
    "Disposal",
    "DisposalItem",
    "ErasureNote",
    "FactLog",
    "FeedRow",
    "FigureFile",
    "FollowUp",
    "GuidanceVersion",
    "HandOver",
    "HelpCall",
    "ImportFault",
    "ImportMapping",
    "ImportRun",
    "ImportedRow",
    "Job",
    "KeyCopy",
    "KeyDestruction",
    "KeyMedium",
    "KeyVersion",
    "LaterReview",
    "LeakCase",
    "LeakFinding",
    "LeakIncident",
    "LeakNotice",
    "LeakReport",
    "LegalHold",
    "LookupIndex",
    "LookupPermit",
    "LookupTag",
    "MaskingWord",
    "NumbersQuestion",
    "OfficePaper",
    "OutsideDisclosure",
    "PastWrap",
    "PopulationTable",
    "PublishedAnswer",
    "PublishedFigure",
    "RecordStep",
    "ReferralBody",
    "Registration",
    "Release",
    "Report",
    "ReportAmounts",
    "ReportExample",
    "ReportFile",
    "RequestMark",
    "RequestPart",
    "RequestedCase",
    "Residents",
    "RetentionYears",
    "Rumour",
    "RumourCase",
    "SealedChunk",
    "SurgeBreak",
    "SurgeCard",
    "SurgeEvaluation",
    "SurgeInputs",
    "SurgeSettings",
    "SurgeVerdict",
    "SurgeWave",
    "TaskLease",
    "Tombstone",
    "TownDistrict",
    "Track",
    "Trader",
    "TraderKey",
    "TraderMark",
    "TraderMerge",
    "TraderName",
    "UndoNote",
    "UnusualLooks",
    "WatchShare",
    "WorkerSeen",
    "Worry",
]
