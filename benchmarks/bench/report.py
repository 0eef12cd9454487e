"""Growth from the smallest size to the largest, and the results as files: bench.json, and bench.md made from it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

Size = Mapping[str, Any]
_GROWING: Final = ("cpu_ms", "p50_ms", "p95_ms", "cpu_to_baseline", "bytes", "selects")


def growth(small: Size, large: Size) -> dict[str, Any]:
    """Each measure of the larger size divided by that of the smaller; None where the smaller is 0."""
    requests = {
        name: {measure: _ratio(large["requests"][name][measure], held[measure]) for measure in _GROWING}
        for name, held in small["requests"].items()
    }
    memory = {
        kind: _ratio(large["processes"][kind]["pss_mb"], held["pss_mb"])
        for kind, held in small["processes"].items()
    }
    per_case = [name for name in small["storage"] if name.endswith("_bytes_per_case")]
    return {
        "cases": _ratio(large["cases"], small["cases"]),
        "requests": requests,
        "memory_pss": memory,
        "storage": {name: _ratio(large["storage"][name], small["storage"][name]) for name in per_case},
        "breakdown_ms": _ratio(large["breakdown_ms"], small["breakdown_ms"]),
    }


def _ratio(large: float, small: float) -> float | None:
    return round(large / small, 2) if small else None


def write(found: Mapping[str, Any], folder: Path, database: str) -> None:
    """bench.json and bench.md; of another database than SQLite with its name."""
    folder.mkdir(parents=True, exist_ok=True)
    name = _name(database)
    text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    (folder / f"{name}.json").write_text(text, encoding="utf-8")
    (folder / f"{name}.md").write_text("\n".join(_lines(found)) + "\n", encoding="utf-8")


def kept_rates(folder: Path, database: str) -> dict[str, Any]:
    """The work in bulk as it was measured last, with its day; empty where there is none."""
    try:
        earlier = json.loads((folder / f"{_name(database)}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    day = earlier.get("rates_measured_on", earlier["about"]["measured_on"])
    return {"rates": earlier["rates"], "rates_measured_on": day} if "rates" in earlier else {}


def _name(database: str) -> str:
    return "bench" if database == "sqlite" else f"bench-{database}"


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    about = found["about"]
    yield "# Measured"
    yield ""
    yield "Made by `make bench` from the JSON file beside it; not edited by hand. What the columns mean: ../README.md."
    yield ""
    yield ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in about.items()) + "."
    sizes = sorted((key for key in found if key.isdigit()), key=int)
    for size in sizes:
        yield from _size(size, found[size])
    yield from _growth(found["growth"], sizes)
    if "rates" in found:
        yield from _rates(found["rates"], found.get("rates_measured_on", about["measured_on"]))


def _size(size: str, held: Size) -> Iterator[str]:
    yield from ("", f"## {int(size):,} cases", "")
    yield from _table(
        ["request", "p50 ms", "p95 ms", "CPU ms", "CPU ÷ healthz", "SELECTs", "writes", "bytes"],
        [
            [
                name,
                *(
                    row[m]
                    for m in ("p50_ms", "p95_ms", "cpu_ms", "cpu_to_baseline", "selects", "writes", "bytes")
                ),
            ]
            for name, row in held["requests"].items()
        ],
    )
    yield ""
    yield from _table(
        ["processes", "number", "RSS MB", "PSS MB", "idle CPU ms/s"],
        [[kind, *row.values()] for kind, row in held["processes"].items()],
    )
    yield ""
    storage = held["storage"]
    yield from _table(
        ["on disk", "bytes", "bytes per case"],
        [
            [part, f"{storage[f'{part}_bytes']:,}", storage[f"{part}_bytes_per_case"]]
            for part in ("database", "search_file", "columns")
        ],
    )
    yield from ("", f"年代×手口 over all years without HTTP: {held['breakdown_ms']} ms.")


def _growth(held: Mapping[str, Any], sizes: list[str]) -> Iterator[str]:
    yield from ("", f"## Growth: {int(sizes[-1]):,} cases divided by {int(sizes[0]):,}", "")
    yield from _table(
        ["request", "CPU", "p50", "p95", "CPU ÷ healthz", "bytes", "SELECTs"],
        [
            [name, *(row[m] for m in ("cpu_ms", "p50_ms", "p95_ms", "cpu_to_baseline", "bytes", "selects"))]
            for name, row in held["requests"].items()
        ],
    )
    others = {
        **{f"memory of {kind} (PSS)": value for kind, value in held["memory_pss"].items()},
        **held["storage"],
        "breakdown_ms": held["breakdown_ms"],
    }
    yield ""
    yield from _table(["measure", "growth"], [[name, value] for name, value in others.items()])


def _rates(held: Mapping[str, Any], measured_on: str) -> Iterator[str]:
    yield from ("", f"## In bulk: {held['rows']:,} cases, {measured_on}", "")
    rows = []
    for name, row in held.items():
        if name != "rows":
            unit, rate = next((key, value) for key, value in row.items() if key.endswith("_per_second"))
            rows.append([name, unit.removesuffix("_per_second"), f"{rate:,.0f}", row.get("cpu_us_each", "")])
    yield from _table(["work", "unit", "a second", "CPU µs each"], rows)


def _table(head: list[str], rows: list[list[Any]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "| " + " | ".join(["---"] + ["--:"] * (len(head) - 1)) + " |"
    for row in rows:
        yield "| " + " | ".join("" if cell is None else str(cell) for cell in row) + " |"
