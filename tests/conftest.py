"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def project() -> Path:
    """The root of the checkout."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def sample(project: Path) -> Path:
    """The sample workbook."""
    return project / "workbooks" / "compute-leasing.xlsx"
