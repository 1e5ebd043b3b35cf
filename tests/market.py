"""Workbooks of a made-up market, of any size: the same seed gives the same file."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import openpyxl

FIRST, LAST = date(2023, 6, 1), date(2026, 5, 29)
MODELS = {"H20": 4.0, "A800": 3.2, "A100": 3.4, "H800": 5.4, "H100": 5.8, "H200": 7.0,
          "B200": 11.0, "B300": 14.0}  # fmt: skip
TERMS = {"1y": 1.0, "3y": 0.95, "5y": 0.9}
CAPEX = 38  # a server costs about so many monthly rents
HEADINGS = (
    "id", "date", "market", "model", "config", "term", "tenor", "low", "point", "high", "unit",
    "source", "speaker", "quote", "confidence",
)  # fmt: skip
NOTE = (
    ("title_zh", "算力租金走势"), ("title_en", "Compute rents through time"),
    ("date", date(2026, 6, 1)), ("rent_baseline", "2025-11"), ("purchase_baseline", "2025-11"),
    ("fx", 6.8375), ("fx_date", date(2026, 5, 19)), ("fx_source", "PBOC"),
)  # fmt: skip
SOURCES = (
    ("id", "kind", "date", "title_zh", "title_en", "group", "grade", "publish"),
    ("B1", "broker", date(2026, 5, 29), "经纪商甲", "Broker A", "a", "b", "yes"),
    ("B2", "index", date(2026, 5, 29), "指数乙", "Index B", "b", "a", "yes"),
)


def market_workbook(path: Path, rows: int, seed: int = 7) -> Path:
    """A workbook with `rows` prices over three years: four rents to one purchase price."""
    return _workbook(path, market_rows(rows, seed))


def kinds_workbook(path: Path, kinds: int) -> Path:
    """A workbook with so many configurations of each model, rented and sold, one date each.

    Their numbers follow their dates.
    """
    rows: list[tuple[object, ...]] = []
    for model, level in MODELS.items():
        for number in range(1, kinds + 1):
            day, config = LAST - timedelta(kinds - number), f"k{number:02}"
            for market, value, unit in (
                ("rent", level, "万元/台/月"), ("purchase", level * CAPEX, "万元/台"),
            ):  # fmt: skip
                rows.append(
                    (f"R{len(rows)}", day, market, model, config, None, None, None,
                     round(value, 1), None, unit, "B1", "expert", "报价", "medium")
                )  # fmt: skip
    return _workbook(path, rows)


def _workbook(path: Path, rows: list[tuple[object, ...]]) -> Path:
    book = openpyxl.Workbook(write_only=True)
    tables: dict[str, list[tuple[object, ...]]] = {
        "Note": [("key", "value"), *NOTE], "Sources": [*SOURCES],
    }  # fmt: skip
    for name, table in tables.items():
        sheet = book.create_sheet(name)
        for row in table:
            sheet.append(row)
    sheet = book.create_sheet("Prices")
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def market_rows(rows: int, seed: int) -> list[tuple[object, ...]]:
    """Price rows in order of date; every third is a range."""
    rng = random.Random(seed)
    drift = _drift(rng)
    days = (LAST - FIRST).days
    found = []
    for number, day in enumerate(sorted(rng.randint(0, days) for _ in range(rows)), start=1):
        model = rng.choice([name for name in MODELS if name != "B300" or day > days // 2])
        level = MODELS[model] * drift[day] * rng.lognormvariate(0, 0.02)
        source = ("B1", "B2")[number % 2]
        if number % 5:
            term = rng.choice(list(TERMS))
            value, unit, market, tenor = level * TERMS[term], "万元/台/月", "rent", None
        else:
            term, tenor = None, rng.choice(("spot", "forward"))
            value, unit, market = level * CAPEX, "万元/台", "purchase"
            value *= 1.0 if tenor == "spot" else 0.85
        places = 1 if market == "rent" else 0
        low, high = round(value * 0.98, places), round(value * 1.02, places)
        ends = (low, None, high) if number % 3 == 0 else (None, round(value, places), None)
        found.append(
            (f"R{number}", FIRST + timedelta(day), market, model, None, term, tenor, *ends, unit,
             source, "expert", "报价", "medium")
        )  # fmt: skip
    return found


def _drift(rng: random.Random) -> list[float]:
    """One path for the whole market: down for two years, then up."""
    path, level = [], 1.3
    days = (LAST - FIRST).days + 1
    for day in range(days):
        level *= 1 + (-0.0006 if day < days * 2 / 3 else 0.0014) + rng.gauss(0, 0.004)
        path.append(level)
    return path
