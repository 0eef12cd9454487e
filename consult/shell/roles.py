"""Roles and what each may do, as data: a manager can read this page and know.

A permission names a door, not a button. An account may hold several roles (the town hall with one person).
"""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PUBLIC: Final = "public"  # needs no sign-in: sign-in page, health
SIGNED_IN: Final = "signed_in"  # every account

RECORD_CASES: Final = "cases.record"  # take calls, add 経過, correct, close
VIEW_CASES: Final = "cases.view"  # lists, coded columns, redacted texts
REVEAL_CASES: Final = "cases.reveal"  # see names, phones, words as spoken (each look is logged)
BREAK_GLASS: Final = "cases.break_glass"  # see a person where one normally may not: reason, somebody told
HAND_OVER: Final = "cases.hand_over"
ORDER_HAND_OVERS: Final = (
    "cases.hand_over.order"  # all open cases of somebody who leaves, by a manager's word
)
APPROVE_CASES: Final = "cases.approve"  # 決裁
KEEP_REGISTRATION: Final = "cases.register"  # PIO-NET: its number, copying, comparing counts
NOTIFY_ACCIDENTS: Final = "accidents.notify"  # 重大事故等
SHARE_WATCH: Final = "watch.share"  # 見守り: what of a person was given to whom, and its disposal
HEAR_WATCHERS: Final = "watchers.hear"  # take down a 気づき or a rumour; how handing over went
DECIDE_WORRIES: Final = "worries.decide"  # read a 気づき and say what becomes of it
ANSWER_HELP: Final = "help.answer"  # a counsellor's silent call for help comes up on the screen
KEEP_TRADERS: Final = "traders.keep"  # names, aliases, merging, tracks
EDIT_GUIDANCE: Final = "guidance.edit"  # 手口の手引き, the directory of other bodies, alerts, a new 手口
KEEP_CODES: Final = "codes.keep"  # confirm, rename and merge the 手口 that counsellors added
IMPORT_CASES: Final = "cases.import"
VIEW_NUMBERS: Final = "numbers.view"
EXPORT_NUMBERS: Final = "numbers.export"
KEEP_REPORTS: Final = "reports.keep"  # annual and monthly reports: have them made, tell cases in them, issue
PUBLISH_ANSWERS: Final = (
    "answers.publish"  # numbers told to the council: kept for good, corrected with a notice
)
PREPARE_RELEASES: Final = (
    "releases.prepare"  # numbers for outside: have them judged, change and withdraw that
)
APPROVE_RELEASES: Final = "releases.approve"  # publish what was judged; below which count a number is hidden
VIEW_WORKLOAD: Final = "numbers.workload"  # who of the staff has how many open cases
VIEW_AUDIT: Final = "audit.view"
VIEW_PROTECTION: Final = "protection.view"  # the page that leads to all of the following
REVIEW_LATER: Final = "review.later"  # what one person did alone
EDIT_MASKING: Final = "masking.edit"  # the centre's lists of words to mask and to leave
KEEP_RETENTION: Final = "retention.keep"  # holds, disposal, erasure
KEEP_DISCLOSURES: Final = "disclosures.keep"  # inquiries from outside, citizens' requests
RESPOND_TO_LEAKS: Final = "leaks.respond"
KEEP_BACKUPS: Final = "backups.keep"
KEEP_SEARCH: Final = "search.keep"  # the index of search: its state, rebuild, cases that it refuses
VIEW_HEALTH: Final = "health.view"  # how the machine and the input are: queues, disks, nightly checks
KEEP_DISTRICTS: Final = "districts.keep"  # 居住地区 and the postal codes that lie in them
KEEP_FIGURES: Final = (
    "figures.keep"  # 人口 and figures published elsewhere or before: what numbers are held against
)
MANAGE_ACCOUNTS: Final = "accounts.manage"
VIEW_TRENDS: Final = "trends.view"
KEEP_SURGES: Final = "surges.keep"  # say of an alarm whether it was one, and set from when there is one
KEEP_NETWORK: Final = "network.keep"  # members of the 見守りネットワーク and whom to call there
PLAN_LECTURES: Final = "lectures.plan"
KEEP_LECTURE_RULES: Final = "lectures.rules"  # by which rules applications are judged, and what letters say
VIEW_BULLETINS: Final = "bulletins.view"
WRITE_BULLETINS: Final = "bulletins.write"
APPROVE_BULLETINS: Final = "bulletins.approve"
KEEP_MAIL: Final = "mail.keep"  # subscribers, sending an issued bulletin to them, what comes back
KEEP_PROGRAMME: Final = "programme.keep"
KEEP_REGISTERS: Final = "registers.keep"  # devices lent, handouts, supporters: their persons, too


@dataclass(frozen=True)
class Role:
    """A role: its name, a line of what it is for, its permissions, and the page (url name) that its work begins on."""

    code: str
    label: str | Promise
    purpose: str | Promise
    permissions: frozenset[str]
    home: str


ROLES: Final[dict[str, Role]] = {
    role.code: role
    for role in (
        Role(
            "COUNSELLOR",
            _("相談員"),
            _("相談を受け、記録し、終了する。個人情報は目的を記録して見る。"),
            frozenset(
                {
                    RECORD_CASES, VIEW_CASES, REVEAL_CASES, BREAK_GLASS, HAND_OVER, VIEW_PROTECTION, EDIT_MASKING,
                    KEEP_REGISTRATION, NOTIFY_ACCIDENTS, SHARE_WATCH, KEEP_TRADERS, EDIT_GUIDANCE,
                    HEAR_WATCHERS, DECIDE_WORRIES,
                }
            ),
            home="today",
        ),
        Role(
            "MANAGER",
            _("管理者"),
            _("集計と傾向を見て、見守り通信を承認し、台帳を取り込む。名前や電話番号は見ない。"),
            frozenset(
                {
                    VIEW_CASES, IMPORT_CASES, VIEW_NUMBERS, EXPORT_NUMBERS, PUBLISH_ANSWERS, VIEW_AUDIT, VIEW_TRENDS,
                    VIEW_BULLETINS, APPROVE_BULLETINS, KEEP_PROGRAMME, KEEP_NETWORK, HEAR_WATCHERS,
                    BREAK_GLASS, HAND_OVER,
                    VIEW_PROTECTION, REVIEW_LATER,
                    EDIT_MASKING, KEEP_RETENTION, KEEP_DISCLOSURES, RESPOND_TO_LEAKS,
                    KEEP_REGISTRATION, NOTIFY_ACCIDENTS, SHARE_WATCH, ANSWER_HELP, KEEP_TRADERS, EDIT_GUIDANCE,
                    ORDER_HAND_OVERS,
                    KEEP_CODES,
                    KEEP_DISTRICTS,
                    KEEP_FIGURES,
                    KEEP_SURGES,
                    KEEP_LECTURE_RULES,
                    KEEP_SEARCH,
                    KEEP_REPORTS,
                    PREPARE_RELEASES,
                    APPROVE_RELEASES,
                    VIEW_WORKLOAD,
                    VIEW_HEALTH,
                }
            ),
            home="numbers",
        ),
        Role(
            "APPROVER",
            _("決裁者"),
            _("終了した相談の決裁をする。伏せた文で読み、必要なときだけ理由を書いて個人情報を見る。"),
            frozenset({VIEW_CASES, APPROVE_CASES, ANSWER_HELP, BREAK_GLASS}),
            home="approvals",
        ),
        Role(
            "OUTREACH",
            _("啓発担当"),
            _("傾向から講座と見守り通信を企画する。相談の中身と個人は見ない。"),
            frozenset(
                {
                    VIEW_NUMBERS, VIEW_TRENDS, PLAN_LECTURES, VIEW_BULLETINS, WRITE_BULLETINS,
                    KEEP_MAIL, KEEP_PROGRAMME, KEEP_NETWORK, HEAR_WATCHERS, KEEP_REGISTERS, PREPARE_RELEASES,
                }
            ),
            home="outreach",
        ),
        Role(
            "ADMIN",
            _("システム担当"),
            _("利用者と取込、システムの状態を管理する。相談の中身は見ない。"),
            frozenset({MANAGE_ACCOUNTS, VIEW_AUDIT, IMPORT_CASES, VIEW_PROTECTION, KEEP_BACKUPS, RESPOND_TO_LEAKS,
                 KEEP_DISTRICTS, KEEP_SEARCH, VIEW_HEALTH}),
            home="accounts",
        ),
    )
}  # fmt: skip


def permissions_of(role_codes: list[str]) -> frozenset[str]:
    """Everything that these roles may do together; a code that is no role gives nothing."""
    found = (ROLES[code].permissions for code in role_codes if code in ROLES)
    return frozenset({SIGNED_IN}).union(*found)


def homes_of(role_codes: list[str]) -> list[str]:
    """The url names of the pages where the work of these roles begins; the jobs where there is none."""
    return [ROLES[code].home for code in role_codes if code in ROLES] or ["jobs"]
