"""The layers' contract sees only what it names: here it is compared with the folders on disk."""

import subprocess
import sys
import tomllib
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CONTRACT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
# Packages that are not part of the product.
BESIDE_THE_PRODUCT = {"tests", "benchmarks"}
# What Django expects directly in an app; no room of its own.
FRAME_OF_CONSULT = {"__init__", "apps", "models", "migrations", "templatetags"}
LONGEST_FILE = 500


def _children(folder: Path) -> set[str]:
    packages = {path.parent.name for path in folder.glob("*/__init__.py")}
    return packages | {path.stem for path in folder.glob("*.py")}


def _named_in_layers() -> set[str]:
    layers = next(c["layers"] for c in CONTRACT["contracts"] if c["type"] == "layers")
    return {name.strip() for layer in layers for name in layer.split("|")}


def test_every_root_package_is_under_the_contract():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - BESIDE_THE_PRODUCT

    assert packages == set(CONTRACT["root_packages"])
    assert packages == {name.split(".")[0] for name in _named_in_layers()}


def test_every_room_of_consult_is_a_layer():
    rooms = _children(ROOT / "consult") - FRAME_OF_CONSULT

    assert {f"consult.{room}" for room in rooms} == {
        n for n in _named_in_layers() if n.startswith("consult.")
    }


def test_imports_keep_the_contract():
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout


def test_no_file_of_the_product_is_long():
    files = [path for name in CONTRACT["root_packages"] for path in (ROOT / name).rglob("*.py")]
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}

    assert files
    assert [str(path) for path, count in lines.items() if count > LONGEST_FILE] == []


def test_locks_name_versions_and_hashes_but_no_address():
    locks = sorted(ROOT.glob("requirements*.lock"))

    assert [lock.name for lock in locks] == [
        "requirements-dev.lock",
        "requirements-uv.lock",
        "requirements.lock",
    ]
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "index-url" not in text


def test_the_product_runs_on_a_part_of_the_developers_environment():
    """`make setup` and `make setup-dev` share one environment, so their versions must not differ."""
    product, developers = (_pins(ROOT / name) for name in ("requirements.lock", "requirements-dev.lock"))

    assert product.items() <= developers.items()


def _pins(lock: Path) -> dict[str, str]:
    lines = lock.read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ")[0].split("==") for line in lines if "==" in line.split(" ")[0])
