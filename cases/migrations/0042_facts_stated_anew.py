"""Facts stated before know the new columns too: from the cases as they stand; 経過 are stated for the first time.

What the columns were at earlier moments nobody recorded: every statement of a case gets today's, so that a −1 still
takes back its +1. Erased cases get ERASED. 経過 count from now on: as of an earlier `seq` there are none.
"""

import uuid
from collections import defaultdict
from zoneinfo import ZoneInfo

from django.db import migrations
from django.utils import timezone

AT_ONCE = 500
TOKYO = ZoneInfo("Asia/Tokyo")
SAME = ("continuity", "harm", "harm_kind", "harm_degree")
OF_CASE = (
    "pk", "uid", "relation", "is_impaired", "product", "party_age", "party_age_band", "party_sex", "party_area",
    "party_occupation", "caller_age", "caller_age_band", "caller_sex", "caller_area", "caller_occupation", *SAME,
)  # fmt: skip
NEW = (
    "impaired", "issue_main", "issues", "product_middle", "caller_age_band", "caller_sex", "caller_area",
    "caller_occupation", *SAME,
)  # fmt: skip
UNSTATED = ("seq", "sign", "recorded_at")
# Upper limits of the bands as they were on the day of this migration.
BANDS = (
    (18, "UNDER_18"), (20, "18_19"), (30, "20S"), (40, "30S"), (50, "40S"), (60, "50S"), (65, "60_64"),
    (70, "65_69"), (75, "70_74"), (80, "75_79"), (85, "80_84"), (1000, "85_OVER"),
)  # fmt: skip


def state_anew(apps, schema_editor):
    fact_model, case_model = apps.get_model("cases", "CaseFact"), apps.get_model("cases", "Case")
    erased = dict.fromkeys(NEW, "ERASED")
    fact_model.objects.filter(case_uid=None).update(**erased)
    parents = dict(
        apps.get_model("cases", "Code").objects.filter(kind="product").values_list("code", "parent")
    )
    last = 0
    while cases := list(case_model.objects.filter(pk__gt=last).order_by("pk").values(*OF_CASE)[:AT_ONCE]):
        last = cases[-1]["pk"]
        _some(apps, cases, parents)
    _name_log_anew(apps)


def _some(apps, cases, parents):
    fact_model = apps.get_model("cases", "CaseFact")
    issues = _issues(apps, [case["pk"] for case in cases])
    wanted = {case["uid"]: _columns(case, issues[case["pk"]], parents) for case in cases}
    rows = list(fact_model.objects.filter(case_uid__in=wanted, what="CASE").order_by("seq"))
    for row in rows:
        for name, value in wanted[row.case_uid].items():
            setattr(row, name, value)
    fact_model.objects.bulk_update(rows, NEW, batch_size=200)
    standing = {row.case_uid: row for row in rows if row.sign == 1}
    now = timezone.now()
    contacts = apps.get_model("cases", "FollowUp").objects.filter(
        case__in=[case["pk"] for case in cases], withdrawn_at=None
    )
    found = contacts.order_by("pk").values_list("case__uid", "uid", "happened_at", "kind", "minutes")
    fact_model.objects.bulk_create(
        _contact(fact_model, standing[case], uid, happened_at.astimezone(TOKYO).date(), kind, minutes, now)
        for case, uid, happened_at, kind, minutes in found
        if case in standing
    )


def _issues(apps, cases):
    found = defaultdict(list)
    rows = apps.get_model("cases", "CaseCode").objects.filter(case__in=cases, kind="issue_kind")
    for case, code in rows.order_by("-is_main", "position", "pk").values_list("case", "code"):
        found[case].append(code)
    return found


def _columns(case, issues, parents):
    is_self = case["relation"] == "SELF"
    who = "party" if is_self else "caller"
    age, band = case[f"{who}_age"], case[f"{who}_age_band"] or "UNKNOWN"
    return {
        **{name: case[name] for name in SAME},
        "impaired": "YES" if case["is_impaired"] else "NO",
        "issue_main": issues[0] if issues else "",
        "issues": "|".join(dict.fromkeys(issues)),
        "product_middle": _middle(case["product"], parents),
        "caller_age_band": band if age is None else next(code for end, code in BANDS if age < end),
        "caller_sex": case[f"{who}_sex"],
        "caller_area": case[f"{who}_area"] or "UNKNOWN",
        "caller_occupation": case[f"{who}_occupation"],
    }


def _middle(product, parents):
    line = [product]
    while parent := parents.get(line[-1]):
        line.append(parent)
    return line[::-1][:2][-1]


def _contact(fact_model, case, uid, day, kind, minutes, now):
    stated = {
        field.attname: getattr(case, field.attname)
        for field in fact_model._meta.concrete_fields
        if field.attname not in UNSTATED
    }
    stated |= {
        "what": "CONTACT",
        "contact_uid": uid,
        "received_on": day,
        "fiscal_year": day.year - (day.month < 4),
        "contact_kind": kind,
        "minutes": minutes,
    }
    return fact_model(sign=1, recorded_at=now, **stated)


def forget_contacts(apps, schema_editor):
    apps.get_model("cases", "CaseFact").objects.filter(what="CONTACT").delete()
    _name_log_anew(apps)


def _name_log_anew(apps):
    """The columns are a copy of the log by this name: they are made anew."""
    apps.get_model("cases", "FactLog").objects.update(uid=uuid.uuid4())


class Migration(migrations.Migration):
    dependencies = [("cases", "0041_facts_of_contacts")]

    operations = [migrations.RunPython(state_anew, forget_contacts)]
