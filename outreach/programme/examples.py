"""Two centres whose figures are public, as they were published: to compare with, and to try the pages on."""

from decimal import Decimal
from pathlib import Path
from typing import Final

from django.db import transaction

from cases.figures.models import PublishedFigure
from cases.records.centre import SYSTEM, Centre
from outreach.programme.files import import_file
from outreach.programme.models import PublishedSum

DATA: Final = Path(__file__).parent.parent / "data"
KOGANEI: Final = {"name": "小金井市", "prefecture": "東京都", "municipality": "小金井市"}
MEGURO: Final = {"name": "目黒区消費生活センター", "prefecture": "東京都", "municipality": "目黒区"}
_MEGURO_SOURCE: Final = "目黒区の公表資料(2020年度の消費生活相談)"


@transaction.atomic
def load_examples() -> None:
    """小金井市 and 目黒区 with their programme, indicators and published figures. Safe to call again."""
    koganei, meguro = _centre("koganei", KOGANEI), _centre("meguro", MEGURO)
    for centre, name in ((koganei, "koganei_programme.csv"), (meguro, "meguro_kpi.csv")):
        import_file(name, (DATA / name).read_bytes(), centre=centre, by=SYSTEM)
    for year, sessions in ((2022, 16), (2023, 12)):
        PublishedSum.objects.update_or_create(
            centre=koganei,
            fiscal_year=year,
            name="高齢者向け講座の回数",
            defaults={"sessions": sessions, "source": "小金井市の公表資料(施策の実施状況)"},
        )
    for name, value, unit, definition in (
        (
            "消費生活相談の件数",
            Decimal(2655),
            "件",
            "公表資料が「相談」と書く件数。新規か継続かの別は書かれていない。",
        ),
        (
            "65歳以上の割合",
            Decimal("21.7"),
            "%",
            "65歳以上の相談の割合。相談者か契約当事者か、年齢不明を分母に含むかは書かれていない。",
        ),
    ):
        PublishedFigure.objects.update_or_create(
            centre=meguro,
            name=name,
            year="令和2年度",
            defaults={"value": value, "unit": unit, "definition": definition, "source": _MEGURO_SOURCE},
        )


def _centre(code: str, names: dict[str, str]) -> Centre:
    """The centre; one that an import had made carries its code as its name until now."""
    centre, _is_new = Centre.objects.get_or_create(code=code, defaults=names)
    if centre.name == code:
        Centre.objects.filter(pk=centre.pk).update(**names)
    return centre
