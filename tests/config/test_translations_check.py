"""`manage.py translations_check` on a small source tree with a catalogue."""

import io

import pytest
from django.core.management import CommandError, call_command

HEADER = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

"""
COMPLETE = """msgid "相談"
msgstr "Consultation"

#, python-format
msgid "%(count)d 件"
msgstr "%(count)d cases"
"""


@pytest.fixture
def source(settings, tmp_path):
    """A page and a module that say two things."""
    settings.BASE_DIR = tmp_path
    for part in ("config", "consult", "outreach", "search", "cases"):
        (tmp_path / part).mkdir()
    (tmp_path / "consult" / "page.html").write_text("{% load i18n %}{% translate '相談' %}", encoding="utf-8")
    (tmp_path / "cases" / "words.py").write_text(
        "from django.utils.translation import gettext as _\n\n"
        "def count(number):\n    return _('%(count)d 件') % {'count': number}\n",
        encoding="utf-8",
    )
    return tmp_path


def _check(source, catalogue: str | None) -> tuple[bool, str]:
    """Whether the check passed, and its list."""
    if catalogue is not None:
        folder = source / "config" / "locale" / "en" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        text = f"#, fuzzy\n{HEADER}{COMPLETE}" if catalogue == "fuzzy header" else HEADER + catalogue
        (folder / "django.po").write_text(text, encoding="utf-8")
    out = io.StringIO()
    try:
        call_command("translations_check", stdout=out, stderr=io.StringIO())
    except CommandError:
        return False, out.getvalue()
    return True, out.getvalue()


@pytest.mark.parametrize(
    ("catalogue", "complaints"),
    [
        (COMPLETE, []),
        (COMPLETE.replace('"Consultation"', '""'), ["en: 翻訳がない: 相談"]),
        (COMPLETE.replace('msgid "相談"', '#, fuzzy\nmsgid "相談"'), ["en: 確かめられていない: 相談"]),
        (COMPLETE.replace("%(count)d cases", "%(number)d cases"), ["en: 差し込みが合わない: %(count)d 件"]),
        (COMPLETE.replace('"相談"', '"相談カード"'), ["en: 翻訳がない: 相談"]),
        ("fuzzy header", ["en: カタログの見出しが fuzzy のままです。"]),
        (
            None,
            [
                "en: カタログの見出しが fuzzy のままです。",
                "en: 翻訳がない: %(count)d 件",
                "en: 翻訳がない: 相談",
            ],
        ),
    ],
    ids=["complete", "empty", "fuzzy", "placeholder", "renamed", "fuzzy header", "no catalogue"],
)
def test_what_a_catalogue_lacks_is_listed(source, catalogue, complaints):
    passed, listed = _check(source, catalogue)

    assert passed is not bool(complaints)
    assert len(listed.splitlines()) == len(complaints)
    for complaint in complaints:
        assert complaint in listed


def test_the_catalogues_themselves_stay_as_they_are(source):
    _check(source, COMPLETE)

    catalogue = source / "config" / "locale" / "en" / "LC_MESSAGES" / "django.po"
    assert catalogue.read_text(encoding="utf-8") == HEADER + COMPLETE
