"""`python -m benchmarks.faults --runs 20 --seed 1`: all kinds, on SQLite and on PostgreSQL; last line: the sums."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks.faults.sums import KINDS, OF_CLUSTER, Tally, add
from tests import services

DATABASES = ("sqlite", "postgres")


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--runs", type=int, default=20, help="kills of each kind, shared by the two databases")
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    given.add_argument("--databases", nargs="+", choices=DATABASES, default=DATABASES)
    options = given.parse_args()
    total = Tally()
    for place, database in enumerate(options.databases):
        runs = (options.runs + len(options.databases) - 1 - place) // len(options.databases)
        plain = [kind for kind in options.kinds if kind not in OF_CLUSTER]
        if runs and plain:
            add(total, _rounds(database, runs, options.seed, plain))
        clustered = [kind for kind in options.kinds if kind in OF_CLUSTER]
        if clustered and database == "postgres":
            add(total, _rounds(database, options.runs, options.seed, clustered))
    print(json.dumps(asdict(total)))
    sys.exit(0 if total.is_clean else 1)


def _rounds(database: str, runs: int, seed: int, kinds: list[str]) -> dict[str, int]:
    print(f"--- {database}: {runs} of each kind", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="madoguchi-faults-") as folder:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATA_DIR": str(Path(folder) / "data"),
            "KEY_DIR": str(Path(folder) / "data.keys"),
            "LOG_LEVEL": "ERROR",
        }
        environment.pop("DATABASE_URL", None)
        server = services.start_postgres() if database == "postgres" else None
        try:
            if server is not None:
                environment["DATABASE_URL"] = server.url
            command = [
                sys.executable,
                "-m",
                "benchmarks.faults.rounds",
                "--runs",
                str(runs),
                "--seed",
                str(seed),
            ]
            command += ["--kinds", *kinds]
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        finally:
            if server is not None:
                server.stop()
    sums: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return sums


if __name__ == "__main__":
    main()
