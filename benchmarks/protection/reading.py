"""Reading 1,000 cases of 8 personal fields: in the open, sealed as here, and with a Fernet field that opens on load.

`python -m benchmarks.protection.reading [--database postgres]`. Ratios are of medians of one run, interleaved.
"""

import argparse
import uuid
from pathlib import Path
from typing import Any, Final

from benchmarks.bench.machine import about
from benchmarks.protection import own

FIELDS: Final = ("name", "kana", "phone", "phone2", "email", "address", "birth_date", "narrative")
# 859 bytes in UTF-8, of which the narrative has 720.
SAMPLE: Final = {
    "name": "山田 花子",
    "kana": "ヤマダ ハナコ",
    "phone": "090-1234-5678",
    "phone2": "03-1234-5678",
    "email": "hanako@example.jp",
    "address": "港区中央一丁目2番3号 港ハイツ南館105",
    "birth_date": "1953-05-03",
    "narrative": "無料の屋根点検だと言われ高額な工事を契約したという" * 9 + "解約したいと言う。契約書はある",
}
BARS: Final = {
    "untouched": 1.4,
    "one field": 3.0,
    "eight fields": 6.0,
    "all, of Fernet": 0.5,
    "stored bytes": 1.5,
}
ROUNDS: Final = 15
CENTRE: Final = uuid.UUID(int=7)


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    given.add_argument("--cases", type=int, default=1000)
    given.add_argument("--results", type=Path, default=own.RESULTS)
    options = given.parse_args()
    conditions = about(options.database, ROUNDS, 1)
    with own.machine(options.database):
        figures = _measure(options.cases)
    figures["about"] = conditions | {"cases": options.cases}
    name = "protection-reading" + ("" if options.database == "sqlite" else f"-{options.database}")
    own.keep(name, figures, _table(figures), options.results)


def _measure(cases: int) -> dict[str, Any]:
    from cases.protection import keys

    plain, fernet, sealed = models()
    own.say(f"{cases} cases in three tables")
    _fill(plain, fernet, sealed, cases)

    def opened(fields: tuple[str, ...]) -> None:
        rows = list(sealed.objects.all())
        sealers = keys.sealers("case", [row.uid for row in rows])
        for row in rows:
            for field in fields:
                sealers[row.uid].open(row, field)

    def read(model: Any, fields: tuple[str, ...]) -> None:
        for row in model.objects.all():
            for field in fields:
                getattr(row, field)

    taken = own.interleaved(
        {
            "plain, untouched": lambda: read(plain, ()),
            "sealed, untouched": lambda: list(sealed.objects.all()),
            "plain, one field": lambda: read(plain, ("phone",)),
            "sealed, one field": lambda: opened(("phone",)),
            "plain, eight fields": lambda: read(plain, FIELDS),
            "sealed, eight fields": lambda: opened(FIELDS),
            "Fernet, eight fields": lambda: read(fernet, FIELDS),
        },
        ROUNDS,
    )
    stored, key_bytes = _stored(sealed, cases)
    plain_bytes = sum(len(text.encode()) for text in SAMPLE.values())
    ratios = {
        name: taken[f"sealed, {name}"] / taken[f"plain, {name}"]
        for name in ("untouched", "one field", "eight fields")
    }
    ratios["all, of Fernet"] = taken["sealed, eight fields"] / taken["Fernet, eight fields"]
    ratios["stored bytes"] = stored / plain_bytes
    return {
        "ms": {name: round(1000 * found, 2) for name, found in taken.items()},
        "ratios": {name: round(ratio, 3) for name, ratio in ratios.items()},
        "bars": BARS,
        "bytes": {"plain": plain_bytes, "sealed": stored, "wrapped key": key_bytes},
    }


def models() -> tuple[Any, Any, Any]:
    """Three tables of the same shape; their classes exist in this process alone."""
    from cryptography.fernet import Fernet, MultiFernet
    from django.db import connection, models

    from cases.protection.sealed import Owner, SealedField

    cipher = MultiFernet([Fernet(Fernet.generate_key())])  # as the packages do

    class FernetField(models.TextField):  # type: ignore[type-arg]
        def from_db_value(self, value: str, *_context: object) -> str:
            return cipher.decrypt(value.encode()).decode()

        def get_prep_value(self, value: str) -> str:
            return cipher.encrypt(value.encode()).decode()

    def model(name: str, field: Any) -> Any:
        columns = {field_name: field(field_name) for field_name in FIELDS}
        meta = type("Meta", (), {"app_label": "cases", "ordering": ["pk"]})
        owner = property(lambda row: Owner("case", row.uid))
        given = {"uid": models.UUIDField(unique=True), "Meta": meta, "sealed_owner": owner, **columns}
        return type(name, (models.Model,), {"__module__": __name__, **given})

    found = (
        model("PlainPerson", lambda _name: models.TextField()),
        model("FernetPerson", lambda _name: FernetField()),
        model("SealedPerson", lambda name: SealedField(label=f"person.{name.rstrip('2')}")),
    )
    with connection.schema_editor() as editor:
        for made in found:
            editor.create_model(made)
    return found


def _fill(plain: Any, fernet: Any, sealed: Any, cases: int) -> None:
    uids = [uuid.uuid4() for _number in range(cases)]
    for made in (plain, fernet):
        made.objects.bulk_create([made(uid=uid, **SAMPLE) for uid in uids])
    fill_sealed(sealed, uids)


def fill_sealed(sealed: Any, uids: list[uuid.UUID]) -> None:
    """Rows of the sample with a data key each, all of one centre and year."""
    from cases.protection import keys
    from cases.protection.models import DataKey
    from cases.protection.sealed import Owner

    rows, wrapped = [], []
    for uid in uids:
        key, sealer = keys.create(Owner("case", uid), centre_uid=CENTRE, cohort=2026)
        row = sealed(uid=uid)
        for field, text in SAMPLE.items():
            sealer.seal(row, field, text)
        rows.append(row)
        wrapped.append(key)
    sealed.objects.bulk_create(rows, batch_size=5000)
    DataKey.objects.bulk_create(wrapped, batch_size=5000)


def _stored(sealed: Any, cases: int) -> tuple[float, int]:
    """(bytes of the eight sealed values and the wrapped key of one case, the wrapped key's)."""
    from cases.protection.models import DataKey

    key = len(DataKey.objects.values_list("wrapped", flat=True)[0])
    row = sealed.objects.first()
    return sum(len(getattr(row, field).envelope) for field in FIELDS) + key, key


def _table(figures: dict[str, Any]) -> list[str]:
    conditions = figures["about"]
    lines = [
        f"# Reading {conditions['cases']:,} cases of eight personal fields",
        "",
        f"{conditions['measured_on']}, {conditions['database']}, Python {conditions['python']}, "
        f"{conditions['processors']} processors (load {conditions['busy_before']} before). "
        f"CPU time of the process, median of {ROUNDS} rounds, interleaved.",
        "",
        "| | ratio | bar |",
        "| --- | ---: | ---: |",
    ]
    lines += [f"| {name} | {figures['ratios'][name]:.2f} | {bar} |" for name, bar in BARS.items()]
    lines += ["", "| | CPU ms |", "| --- | ---: |"]
    lines += [f"| {name} | {taken} |" for name, taken in figures["ms"].items()]
    lines += [
        "",
        "Stored bytes of the sample: " + ", ".join(f"{n} {v}" for n, v in figures["bytes"].items()) + ".",
    ]
    return lines


if __name__ == "__main__":
    main()
