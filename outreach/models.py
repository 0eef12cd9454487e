"""Where Django looks for models; each lives in its room."""

from outreach.applications.models import (
    Application,
    ApplicationAllowance,
    ApplicationCandidate,
    ApplicationFault,
    ApplicationFile,
    ApplicationLayout,
    ApplicationLetter,
    ApplicationRuleSet,
    ApplicationWording,
)
from outreach.bulletins.models import Bulletin, BulletinPaper, BulletinStep
from outreach.delivery.models import (
    Delivery,
    DeliveryTry,
    Incoming,
    Mailing,
    MailingPart,
    Subscriber,
    SubscriberSpan,
)
from outreach.devices.models import DeviceKind, DeviceMove, Loan, LoanReminder
from outreach.keeping.models import ContactYears
from outreach.kpis.models import KpiBinding
from outreach.lectures.models import CalendarLink, Lecture
from outreach.lectures.report.models import LectureReport
from outreach.lectures.roster.models import Lecturer, Room
from outreach.lectures.school.models import SchoolDays
from outreach.lectures.steps.models import LectureStep, ReminderDays
from outreach.network.models import Member, MemberContact
from outreach.planning.models import Plan, PlanChoice, PlanWeights, Proposal, ProposalAction
from outreach.programme.models import (
    Inquiry,
    InquiryAnswer,
    InquirySection,
    Kpi,
    ProgrammeLine,
    PublishedSum,
    Section,
    SectionName,
)
from outreach.stock.models import StockBalance, StockItem, StockMovement, StockPlace, StockVersion
from outreach.supporters.models import Supporter, SupporterActivity, SupporterCourse

__all__ = [
    "Application",
    "ApplicationAllowance",
    "ApplicationCandidate",
    "ApplicationFault",
    "ApplicationFile",
    "ApplicationLayout",
    "ApplicationLetter",
    "ApplicationRuleSet",
    "ApplicationWording",
    "Bulletin",
    "BulletinPaper",
    "BulletinStep",
    "CalendarLink",
    "ContactYears",
    "Delivery",
    "DeliveryTry",
    "DeviceKind",
    "DeviceMove",
    "Incoming",
    "Inquiry",
    "InquiryAnswer",
    "InquirySection",
    "Kpi",
    "KpiBinding",
    "Lecture",
    "LectureReport",
    "LectureStep",
    "Lecturer",
    "Loan",
    "LoanReminder",
    "Mailing",
    "MailingPart",
    "Member",
    "MemberContact",
    "Plan",
    "PlanChoice",
    "PlanWeights",
    "ProgrammeLine",
    "Proposal",
    "ProposalAction",
    "PublishedSum",
    "ReminderDays",
    "Room",
    "SchoolDays",
    "Section",
    "SectionName",
    "StockBalance",
    "StockItem",
    "StockMovement",
    "StockPlace",
    "StockVersion",
    "Subscriber",
    "SubscriberSpan",
    "Supporter",
    "SupporterActivity",
    "SupporterCourse",
]
