"""Exhibits: each function describes one table or chart, or None when its rows do not exist."""

EXHIBITS: tuple[str, ...] = (
    "changes",
    "rents-by-model", "term-curve", "rent-history", "rent-index", "rent-change", "rent-table",
    "usd-rents",
    "purchase-levels", "purchase-table", "purchase-change", "premium-table",
    "payback-chart", "memory-share", "unit-economics", "payback-table", "claims-check",
    "grid-rent-capex", "grid-utilisation-tariff", "grid-residual-life", "grid-month-cut",
    "release-supply", "scenarios", "scenario-rents", "who-loses",
    "customer-shares", "inference-ratio", "utilisation", "domestic", "token-economics",
    "lead-times",
    "sources", "contradictions", "evidence", "internal-evidence", "accepted", "open-issues",
)  # fmt: skip
"""The ids of all of them, as Views names them for a title of its own: exhibit.<id>.title."""
