"""veraPDF, which judges PDF/UA-1: an open-source checker that shares nothing with our typesetter.

A Java machine does not belong inside pytest, so it runs in a process of its own: a PDF a line in, its faults a line
out. `.ci/packages` fetches it.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from config.processes import die_with_parent
from tests.services import ServiceMissing, fetched, java_home

VERSION: Final = "1.28.2"
# Small, and compiled for a fast start.
_JAVA: Final = ("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.awt.headless=true")


@dataclass(frozen=True)
class Fault:
    """A rule of ISO 14289-1 that does not hold at so many places: its clause and veraPDF's number in it (7.1-9)."""

    rule: str
    words: str
    times: int


Faults = Callable[[bytes], list[Fault]]


class Checker:
    """Raises ServiceMissing where veraPDF or Java is not there."""

    def __init__(self) -> None:
        folder = fetched() / f"verapdf-{VERSION}"
        if not folder.exists():
            raise ServiceMissing(f"veraPDF {VERSION} was not fetched")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.verapdf", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "JAVA_HOME": java_home()},
            preexec_fn=die_with_parent(),
        )

    def faults(self, pdf: bytes) -> list[Fault]:
        """Every rule of PDF/UA-1 that does not hold; an unreadable file raises RuntimeError."""
        to, back = self._process.stdin, self._process.stdout
        assert to is not None
        assert back is not None
        to.write(base64.b64encode(pdf) + b"\n")
        to.flush()
        answer = json.loads(back.readline() or '{"error": "veraPDF ended"}')
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return [Fault(**fault) for fault in answer["faults"]]

    def stop(self) -> None:
        self._process.communicate()


def _answer(folder: Path) -> None:
    import jpype

    jpype.startJVM(*_JAVA, classpath=[str(jar) for jar in sorted(folder.glob("*.jar"))])
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    ua = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").PDFUA_1
    rules = jpype.JClass("org.verapdf.pdfa.validation.profiles.Profiles")
    profile = rules.getVeraProfileDirectory().getValidationProfileByFlavour(ua)
    for line in sys.stdin:
        stream = jpype.JClass("java.io.ByteArrayInputStream")(base64.b64decode(line))
        try:
            with foundry.createParser(stream, ua) as parser:
                failed = foundry.createValidator(ua, False).validate(parser).getFailedChecks()
        except jpype.JException as refusal:
            print(json.dumps({"error": str(refusal)}), flush=True)  # noqa: T201 - its answer
            continue
        faults: list[dict[str, Any]] = [
            {
                "rule": f"{rule.getClause()}-{rule.getTestNumber()}",
                "words": str(profile.getRuleByRuleId(rule).getDescription()),
                "times": int(times),
            }
            for rule, times in failed.items()
        ]
        print(json.dumps({"faults": faults}), flush=True)  # noqa: T201 - its answer


if __name__ == "__main__":
    _answer(Path(sys.argv[1]))
