"""`python -m benchmarks.mail --recipients 2000 --kills 20 --seed 1`: worker and mail server killed at random.

Once on SQLite, once on PostgreSQL, each with all recipients and all kills. The last line is one JSON object; with
`--results FOLDER` (by default benchmarks/results) it is written to mail.md and mail.json too. Ends with 1 where anybody
got two or was missed.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from benchmarks.mail import report
from benchmarks.protection.results import RESULTS
from tests import services

DATABASES: Final = ("sqlite", "postgres")


def main() -> None:
    given = argparse.ArgumentParser(prog="python -m benchmarks.mail", description=__doc__)
    given.add_argument("--recipients", type=int, default=2000)
    given.add_argument("--kills", type=int, default=20)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--what", choices=("issue", "digest"), default="issue")
    given.add_argument("--databases", nargs="+", choices=DATABASES, default=DATABASES)
    given.add_argument("--results", type=Path, default=RESULTS)
    options = given.parse_args()
    found = {name: _round(name, options) for name in options.databases}
    options.results.mkdir(parents=True, exist_ok=True)
    name = "mail" if options.what == "issue" else "mail_digest"
    (options.results / f"{name}.json").write_text(json.dumps(found, indent=1) + "\n")
    (options.results / f"{name}.md").write_text(report.as_text(found, options.seed, options.what))
    print(json.dumps(found))
    sys.exit(0 if all(report.is_clean(sums) for sums in found.values()) else 1)


def _round(database: str, options: argparse.Namespace) -> dict[str, Any]:
    print(f"--- {database}", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="madoguchi-mail-") as folder:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATA_DIR": str(Path(folder) / "data"),
            "KEY_DIR": str(Path(folder) / "data.keys"),
            "LOG_LEVEL": "ERROR",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(_free_port()),
            "SMTP_TLS": "none",
            "SMTP_SECONDS": "1",
            "MAIL_FROM": "mimamori@city.example.jp",
            "MAIL_PER_MINUTE": "100000",
        }
        environment.pop("DATABASE_URL", None)
        server = services.start_postgres() if database == "postgres" else None
        try:
            if server is not None:
                environment["DATABASE_URL"] = server.url
            command = [
                sys.executable,
                "-m",
                "benchmarks.mail.rounds",
                "--folder",
                str(Path(folder) / "relay"),
            ]
            for name in ("recipients", "kills", "seed", "what"):
                command += [f"--{name}", str(getattr(options, name))]
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        finally:
            if server is not None:
                server.stop()
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
