"""Pages out of the test PDFs, so that recognising them takes seconds."""

from __future__ import annotations

from pathlib import Path

import pypdfium2

from tests.running import ROOT

SCAN = ROOT / "tests" / "data" / "203-scan.pdf"
DIGITAL = ROOT / "tests" / "data" / "203-digital.pdf"


def cut(source: Path, pages: list[int], target: Path) -> Path:
    """A PDF of only these pages (from 0) of `source`."""
    with pypdfium2.PdfDocument(source) as whole, pypdfium2.PdfDocument.new() as part:
        part.import_pages(whole, pages)
        part.save(target)
    return target
