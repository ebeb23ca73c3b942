"""What reports can be narrowed by: the places, years and periods that are in the corpus."""

from __future__ import annotations

from collections.abc import Sequence

from ui.records import Report
from ui.wording import alphabetical, period_order, place_name

PLACE = "Địa phương"
YEAR = "Năm"
PERIOD = "Kỳ báo cáo"


def issuers_of(reports: Sequence[Report]) -> list[str]:
    return sorted(
        {report.issuer for report in reports if report.issuer}, key=lambda name: alphabetical(place_name(name))
    )


def years_of(reports: Sequence[Report]) -> list[int]:
    """The latest first."""
    return sorted({report.year for report in reports if report.year}, reverse=True)


def periods_of(reports: Sequence[Report]) -> list[str]:
    return sorted({report.period for report in reports if report.period}, key=period_order)
