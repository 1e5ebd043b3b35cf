"""The process that makes PDFs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from reportgen.render.worker import PdfWorker, WorkerError

PAGE = '<html lang="zh-CN"><title>x</title><p>算力 6.7–6.8</p></html>'


@pytest.fixture(scope="module")
def worker() -> Iterator[PdfWorker]:
    with PdfWorker() as started:
        yield started


def test_pages_come_back_as_pdfs_one_after_the_other(worker: PdfWorker) -> None:
    first = worker.render(PAGE, {})
    assert first.startswith(b"%PDF-")
    assert worker.render(PAGE, {}) == first


def test_an_error_comes_back_as_a_message_and_the_worker_lives_on(worker: PdfWorker) -> None:
    with pytest.raises(WorkerError, match="templates") as caught:
        worker.render('<html lang="en"><title>x</title><style>p{no:1}</style></html>', {})
    assert "Traceback" not in caught.value.text.en
    assert worker.render(PAGE, {}).startswith(b"%PDF-")


def test_endless_layout_is_stopped_and_the_next_page_starts_afresh() -> None:
    with PdfWorker() as worker:
        worker.submit(PAGE, {})
        with pytest.raises(WorkerError, match=r"more than 0\.01 seconds"):
            worker.result(patience=0.01)
        assert worker.render(PAGE, {}).startswith(b"%PDF-")


def test_a_killed_process_is_a_message() -> None:
    with PdfWorker() as worker:
        worker.render(PAGE, {})
        process = worker._process
        assert process is not None
        process.kill()
        process.wait()
        with pytest.raises(WorkerError, match="stopped unexpectedly"):
            worker.render(PAGE, {})


def test_files_in_the_current_folder_are_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(1)")
    (tmp_path / "html.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    with PdfWorker() as worker:
        assert worker.render(PAGE, {}).startswith(b"%PDF-")
    assert not os.path.exists(tmp_path / "__pycache__")


def test_a_closed_worker_leaves_no_process() -> None:
    worker = PdfWorker()
    worker.start()
    process = worker._process
    assert process is not None
    worker.close()
    assert process.poll() is not None
    worker.close()
