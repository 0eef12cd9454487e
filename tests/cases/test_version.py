import tomllib
from pathlib import Path

from django.conf import settings

from cases.version import VERSION


def test_the_release_is_the_same_everywhere():
    project = tomllib.loads(Path(settings.BASE_DIR, "pyproject.toml").read_text())["project"]

    assert project["version"] == VERSION
