"""The files of the columns: manifest, memory maps, and the lock of the one writer. On disk, below COLUMNS_DIR:

    manifest.json                      rows, code words, and the log copied; replaced at once, after the data is on disk
    <generation>/<kind>/<column>       raw little-endian integers in `seq` order, one file per column
    <generation>/settled-<seq>/<kind>  the facts as they stood at that `seq`, all columns in one file
    lock                               held by the one writer

A killed writer leaves at most bytes beyond the manifest's rows, which the next one cuts off, and a settling that no
manifest names, which the next one removes.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from django.conf import settings

from cases.figures.layout import KINDS, TYPES, Columns, IntArray

FORMAT: Final = 4
_ALIGNED: Final = 64
ByKind = Mapping[str, Columns]


@dataclass(frozen=True)
class Settled:
    """Facts as they stood at `seq`: how many there are of each kind, how many rows of the log they stand for, and how
    wide the numbers of each column lie."""

    seq: int
    rows: Mapping[str, int]
    log_rows: Mapping[str, int]
    types: Mapping[str, Mapping[str, str]]

    def offsets(self, kind: str) -> dict[str, int]:
        """Where each column begins in the file of its kind; "" is the end."""
        offsets, at = {}, 0
        for name, width in self.types[kind].items():
            offsets[name] = at
            at += -(-self.rows[kind] * np.dtype(width).itemsize // _ALIGNED) * _ALIGNED
        return {**offsets, "": at}


@dataclass(frozen=True)
class Manifest:
    """`rows` of each kind in the log's copy, the last of them by `last_seq`."""

    log: str
    generation: str
    rows: Mapping[str, int]
    last_seq: int
    last_recorded_at: str
    words: Mapping[str, list[str]]
    settled: Settled | None = None

    @property
    def folder(self) -> Path:
        return root() / self.generation

    def of_settled(self) -> Path:
        return self.folder / f"settled-{self.settled.seq if self.settled else 0}"


@dataclass(frozen=True, eq=False)
class Opened:
    """The mapped columns of a manifest."""

    manifest: Manifest
    log: ByKind
    settled: ByKind | None

    @property
    def last(self) -> dict[str, int]:
        """The last row copied, as numbers."""
        columns = max((of for of in self.log.values() if len(of["seq"])), key=lambda of: int(of["seq"][-1]))
        return {name: int(array[-1]) for name, array in columns.items()}


def root() -> Path:
    return Path(settings.COLUMNS_DIR)


_OpenKey = tuple[str, int, int, int]
_opened: tuple[_OpenKey, Opened] | None = None


def opened() -> Opened | None:
    """The mapped columns, kept open until the manifest is replaced; None where they can't be used."""
    global _opened
    path = root() / "manifest.json"
    try:
        stat = path.stat()
        key = (str(path), stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if _opened and _opened[0] == key and _is_whole(_opened[1].manifest):
            return _opened[1]
        manifest = load()
        if manifest is None:
            return None
        _opened = (key, map_columns(manifest))
    except (OSError, ValueError, TypeError):  # missing, shorter than promised, or no manifest of ours
        return None
    return _opened[1]


def _is_whole(manifest: Manifest) -> bool:
    """Whether the files still hold the promised rows: to read mapped rows beyond a file's end kills the process."""
    for kind, rows in manifest.rows.items():
        folder = f"{manifest.folder}/{kind}/"
        if any(os.stat(folder + name).st_size < rows * width for name, width in _WIDTHS.items()):
            return False
    if manifest.settled is None:
        return True
    folder = f"{manifest.of_settled()}/"
    return all(os.stat(folder + kind).st_size >= manifest.settled.offsets(kind)[""] for kind in KINDS)


_WIDTHS: Final = {name: np.dtype(kind).itemsize for name, kind in TYPES.items()}


def map_columns(manifest: Manifest) -> Opened:
    """Raises OSError, ValueError where a file is missing or shorter than promised."""
    log = {
        kind: {
            name: _map(manifest.folder / kind / name, width, manifest.rows[kind])
            for name, width in TYPES.items()
        }
        for kind in KINDS
    }
    if manifest.settled is None:
        return Opened(manifest, log, None)
    folder = manifest.of_settled()
    settled = {kind: _map_settled(folder / kind, manifest.settled, kind) for kind in KINDS}
    return Opened(manifest, log, settled)


def _map(path: Path, kind: str, rows: int) -> IntArray:
    if not rows:
        return np.empty(0, dtype=kind)
    return np.asarray(np.memmap(path, dtype=kind, mode="r", shape=(rows,)))


def _map_settled(path: Path, settled: Settled, kind: str) -> Columns:
    offsets, rows, types = settled.offsets(kind), settled.rows[kind], settled.types[kind]
    if not rows:
        return {name: np.empty(0, dtype=width) for name, width in types.items()}
    mapped = np.asarray(np.memmap(path, dtype=np.uint8, mode="r", shape=(offsets[""],)))
    return {
        name: mapped[offsets[name] : offsets[name] + rows * np.dtype(width).itemsize].view(width)
        for name, width in types.items()
    }


# --- the manifest ---------------------------------------------------------------------------------------------


def load() -> Manifest | None:
    """The manifest, if it is one of ours and names any rows."""
    try:
        raw = json.loads((root() / "manifest.json").read_text(encoding="utf-8"))
        if raw.pop("format") != FORMAT or raw.pop("columns") != dict(TYPES):
            return None
        settled = raw.pop("settled")
        manifest = Manifest(**raw, settled=Settled(**settled) if settled else None)
        return manifest if sum(manifest.rows[kind] for kind in KINDS) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save(manifest: Manifest) -> None:
    new = root() / "manifest.new"
    with new.open("w", encoding="utf-8") as file:
        json.dump({"format": FORMAT, "columns": dict(TYPES), **asdict(manifest)}, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    new.replace(root() / "manifest.json")
    _folder_to_disk(root())


def give_up() -> None:
    """Without its manifest no data is ours."""
    (root() / "manifest.json").unlink(missing_ok=True)


# --- writing --------------------------------------------------------------------------------------------------


@contextmanager
def writer() -> Iterator[bool]:
    """Whether this process may write. The system drops the lock of a killed one."""
    root().mkdir(parents=True, exist_ok=True)
    with (root() / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def truncate(manifest: Manifest) -> None:
    """Cut off what a killed writer left beyond the manifest's rows; make the files that there are to be."""
    for kind in KINDS:
        (manifest.folder / kind).mkdir(parents=True, exist_ok=True)
        for name, width in _WIDTHS.items():
            with (manifest.folder / kind / name).open("ab") as file:
                file.truncate(manifest.rows[kind] * width)


def append(manifest: Manifest, kind: str, columns: Columns) -> None:
    for name, array in columns.items():
        with (manifest.folder / kind / name).open("ab") as file:
            file.write(array.tobytes())


def write_settled(manifest: Manifest, columns: ByKind) -> None:
    """The settled files that the manifest is going to name, on disk before it does."""
    folder = manifest.of_settled()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for kind, of_kind in columns.items():
        with (folder / kind).open("wb") as file:
            for array in of_kind.values():
                file.write(array.tobytes())
                file.write(bytes(-file.tell() % _ALIGNED))
            file.flush()
            os.fsync(file.fileno())
    _folder_to_disk(folder)


def to_disk(manifest: Manifest) -> None:
    for kind in KINDS:
        for name in TYPES:
            with (manifest.folder / kind / name).open("rb") as file:
                os.fsync(file.fileno())
        _folder_to_disk(manifest.folder / kind)


def _folder_to_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_others(manifest: Manifest) -> None:
    """Other generations, and settlings that the manifest does not name. Whoever has them mapped keeps them."""
    kept = {manifest.generation, *KINDS, manifest.of_settled().name}
    for folder in [*root().iterdir(), *(manifest.folder.iterdir() if manifest.folder.is_dir() else ())]:
        if folder.is_dir() and folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)
