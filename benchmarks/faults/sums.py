"""What is counted over all rounds; needs no settings, so the driver can add up without a database."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

# On a cluster of Elasticsearch, which goes with PostgreSQL alone.
OF_CLUSTER: Final = ("cluster-worker", "cluster-refused", "cluster-node", "cluster-rebuild")
KINDS: Final = (
    "save", "import", "indexing", "lanes", "rotation", "reindex", "upload", "backup", "disposal", *OF_CLUSTER,
)  # fmt: skip


@dataclass
class Tally:
    """`stuck`: cases that search had not found in a minute, or work that did not end."""

    runs: int = 0
    acknowledged: int = 0
    lost: int = 0
    duplicated: int = 0
    unreadable: int = 0
    stuck: int = 0

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.duplicated or self.unreadable or self.stuck)


def add(total: Tally, more: Mapping[str, int]) -> None:
    for name in asdict(total):
        setattr(total, name, getattr(total, name) + more[name])
