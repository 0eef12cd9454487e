"""What is asked, as data: the same questions go over HTTP and, to count queries, through the test client."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

Given = Mapping[str, Any]
"""What `benchmarks.bench.load` chose from the loaded cases: uids, words, a phone number, forms, accounts."""

BASELINE: Final = "healthz"
SAVES_OF_A_DRAFT: Final = 5


@dataclass(frozen=True)
class Request:
    path: str
    form: Mapping[str, str] | None = None
    """Fields of a POST; None: a GET."""
    status: int = 200


@dataclass(frozen=True)
class Question:
    """One kind of request. `nth(n)` is its n-th; `before(n)` what a person did first, not measured."""

    role: str
    nth: Callable[[int], Request]
    before: Callable[[int], list[Request]] = lambda _n: []


def questions(given: Given, run: str) -> dict[str, Question]:
    """Every kind of request by name. `run` keeps the uids of new calls apart from those of other runs."""
    words, forms, uids = given["words"], given["forms"], given["uids"]

    def uid(name: str, n: int) -> uuid.UUID:
        return uuid.uuid5(uuid.NAMESPACE_OID, f"{run}/{name}/{n}")

    def form(n: int, **more: Any) -> dict[str, str]:
        return {**forms[n % len(forms)], **{name: str(value) for name, value in more.items()}}

    def draft(n: int) -> Request:
        call, sequence = divmod(n, SAVES_OF_A_DRAFT)
        return Request(f"/intake/{uid('draft', call)}/draft", form(call, sequence=sequence + 1))

    def drafted(n: int) -> list[Request]:
        return [Request(f"/intake/{uid('intake', n)}/draft", form(n, sequence=1))]

    def hint(name: str, n: int, fields: dict[str, str]) -> Request:
        return Request(f"/intake/{uid('hint', n)}/hints/{name}", fields)

    def desk(
        nth: Callable[[int], Request], before: Callable[[int], list[Request]] = lambda _n: []
    ) -> Question:
        return Question("COUNSELLOR", nth, before)

    def find(text: str, **more: str) -> Question:
        return desk(lambda _n: Request("/cases/find", {"text": text, "kind": "words", **more}))

    return {
        BASELINE: Question("", lambda _n: Request("/healthz")),
        "today": desk(lambda _n: Request("/")),
        "intake_open": desk(lambda n: Request(f"/intake/{uid('open', n)}")),
        "draft_save": desk(draft),
        "intake_save": desk(
            lambda n: Request(f"/intake/{uid('intake', n)}", form(n, action="save"), 302), drafted
        ),
        "list_first_page": desk(lambda _n: Request("/cases/")),
        "case_page": desk(lambda n: Request(f"/cases/{uids[n % len(uids)]}/")),
        "find_common_word": find(words["common"]),
        "find_rare_word": find(words["rare"]),
        "find_phrase": find('"訪問販売で契約"'),
        "find_two_words": find(f"{words['common']} 解約 -返金"),
        "find_best_first": find("解約 返金", order="best"),
        "find_narrowed": find(words["common"], scam="INSPECTION", age="SENIOR", yen_from="10万"),
        "find_codes_alone": find("", scam="INSPECTION", state="closed"),
        "find_slip": find("かいやくく"),
        "find_completed": desk(lambda _n: Request("/cases/find/words", {"text": "解"})),
        "hint_similar": desk(lambda n: hint("similar", n, forms[n % len(forms)])),
        "hint_same_phone": desk(lambda n: hint("phone", n, {"caller_phone": given["phone"]})),
        **_beside_the_form(given["desk"], hint, form),
        **_pages(given["desk"]),
        "numbers_page": Question("MANAGER", lambda _n: Request("/numbers/?rows=scam_main&columns=age_band")),
        "trends_page": Question("OUTREACH", lambda _n: Request("/outreach/")),
        "xlsx_export": Question(
            "MANAGER", lambda _n: Request("/numbers/export/xlsx?rows=scam_main&columns=age_band")
        ),
    }


def _beside_the_form(
    at_hand: Mapping[str, str],
    hint: Callable[[str, int, dict[str, str]], Request],
    form: Callable[..., dict[str, str]],
) -> dict[str, Question]:
    """The parts that are asked again while one types, each by what it watches."""
    account = {
        "transfers-0-kind": "BANK",
        "transfers-0-institution": "かささぎ銀行 本店",
        "transfers-0-account": "9000000",
    }

    def part(name: str, fields: Callable[[int], dict[str, str]]) -> Question:
        return Question("COUNSELLOR", lambda n: hint(name, n, fields(n)))

    return {
        "hint_rights": part("rights", lambda n: form(n, sales_method="DOOR_TO_DOOR", contracted_on="昨日")),
        "hint_trader": part("trader", lambda _n: {"trader_name": at_hand["name"][:2]}),
        "hint_tracks": part("tracks", lambda n: form(n, trader_uid=at_hand["trader"], **account)),
        "hint_accounts": part("accounts", lambda _n: account),
        "hint_guidance": part("guidance", lambda n: {"scam_main": form(n)["scam_main"]}),
        "hint_transfer": part("transfer", lambda n: {"scam_main": form(n)["scam_main"]}),
    }


def _pages(at_hand: Mapping[str, str]) -> dict[str, Question]:
    """The desk's other pages; those of one case on a case with a whole card."""
    of_case = f"/cases/{at_hand['case']}"

    def page(path: str, role: str = "COUNSELLOR") -> Question:
        return Question(role, lambda _n: Request(path))

    def post(path: str, form: Mapping[str, str]) -> Question:
        return Question("COUNSELLOR", lambda _n: Request(path, form))

    return {
        "case_full": page(f"{of_case}/"),
        "case_correct": page(f"{of_case}/correct"),
        "case_course": page(f"{of_case}/course"),
        "case_mediation": page(f"{of_case}/mediation"),
        "case_related": post(f"{of_case}/related", {}),
        "case_letters": page(f"{of_case}/letters/"),
        "case_trader": page(f"{of_case}/trader"),
        "case_viewing": post(f"{of_case}/viewing", {"editing": "1"}),
        "callbacks": page("/callbacks/"),
        "day_log": page(f"/log/?day={at_hand['day']}"),
        "month_log": page(f"/log/?day={at_hand['day']}&span=month", "MANAGER"),
        "leavers": page("/hand-over/", "MANAGER"),
        "help_mine": page("/help/mine"),
        "help_waiting": page("/help/waiting", "APPROVER"),
        "approvals": page("/approvals/", "APPROVER"),
        "own_approvals": page("/approvals/own"),
        "traders": page("/traders/"),
        "traders_find": post("/traders/find", {"text": at_hand["name"][:2]}),
        "trader": page(f"/traders/{at_hand['trader']}/"),
        "tracks": page("/tracks/"),
        "guidance": page("/guidance/"),
        "guidance_of": page("/guidance/of/INSPECTION/"),
        "alerts": page("/guidance/alerts/"),
        "bodies": page("/guidance/bodies/"),
        "accidents": page("/accidents/"),
        "watch_shares": page("/watch-shares/"),
        "pionet": page("/pionet/"),
        "pionet_copy": page(f"{of_case}/pionet"),
        "pionet_compare": page("/pionet/compare", "MANAGER"),
        "case_print": page(f"{of_case}/print"),
        "case_approval": page(f"{of_case}/approval"),
        "rights_rules": page("/rights/rules"),
        "blank_sheet": page("/papers/blank"),
        "own_words": page("/snippets/"),
    }
