"""Where figures are kept: `protection-<name>.json` under `benchmarks/results`, unless a trial says elsewhere."""

import os
from pathlib import Path
from typing import Final

VARIABLE: Final = "MADOGUCHI_MEASURE_RESULTS"
RESULTS: Final = Path(os.environ.get(VARIABLE) or Path(__file__).resolve().parent.parent / "results")
