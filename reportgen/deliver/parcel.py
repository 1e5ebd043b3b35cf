"""What goes out with a note: its data pack and the core of its manifest, in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from reportgen.analysis.figures import Figure
from reportgen.deliver.datapack import data_pack
from reportgen.deliver.manifest import (
    CORE_NAME,
    DATA_NAME,
    PRINTED_NAME,
    Making,
    core,
    encoded,
)
from reportgen.deliver.printed import Printed
from reportgen.issues import Issue
from reportgen.language import Lang
from reportgen.note.model import Note
from reportgen.note.passports import passports_of
from reportgen.render.attachments import Attachment
from reportgen.workbook.tables import Workbook

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Parcel:
    """The core of the manifest, as data and as bytes, and the data pack."""

    core: Mapping[str, Any]
    core_bytes: bytes
    data: bytes
    issued: datetime

    def attachments(self, told: Printed) -> tuple[Attachment, ...]:
        """What travels inside a PDF that prints what `told` says, dated like the note."""
        dated = self.issued.replace(tzinfo=UTC)
        return (
            Attachment(
                CORE_NAME,
                "application/json",
                "清单：输入、版本、数字及其来源 Manifest: inputs, versions, figures and origins",
                self.core_bytes,
                dated,
                "Supplement",
            ),
            Attachment(
                DATA_NAME,
                _XLSX,
                "图表数据与每个数字的护照 Data of exhibits and the passport of every figure",
                self.data,
                dated,
                "Data",
            ),
            Attachment(
                PRINTED_NAME,
                "application/json",
                "印出的数字 The numbers that this file prints",
                encoded(told.as_json()),
                dated,
                "Supplement",
            ),
        )


def make_parcel(
    making: Making,
    notes: Mapping[Lang, Note],
    *,
    figures: Mapping[str, Figure],
    printed_rows: Workbook,
    issues: Iterable[Issue],
    gates: Iterable[str],
) -> Parcel:
    """The parcel of a note in both languages; see `reportgen.deliver.manifest.core`."""
    passports = passports_of(figures)
    data = data_pack(notes["zh"], notes["en"], figures, passports, printed_rows["Sources"])
    told = core(
        making,
        note=notes["zh"],
        figures=figures,
        passports=passports,
        printed_rows=printed_rows,
        issues=issues,
        gates=gates,
        data_pack=data,
    )
    return Parcel(told, encoded(told), data, notes["zh"].cover.issued)
