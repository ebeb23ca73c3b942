"""What goes wrong in this room; each message is a Vietnamese sentence that says what to do."""

from __future__ import annotations


class IndexingError(Exception):
    """Root of this package's errors; `message` is fit to be shown to the operator."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class StoreUnavailable(IndexingError):
    """The database that holds the corpus can't be reached, or takes no writes."""


class EncoderMissing(IndexingError):
    """The encoder's files are not there, or are not what was built."""


class EncoderMismatch(IndexingError):
    """The index was built with another encoder than the one that is loaded."""


class GenerationDamaged(IndexingError):
    """A file of a generation is missing or isn't what its manifest says."""


class NoGeneration(IndexingError):
    """Nothing was indexed yet."""


class DuplicateReport(IndexingError):
    """Another report with the same number, issuer and year is there, with other contents."""

    def __init__(self, existing_id: str, number: str) -> None:
        super().__init__(
            f"Đã có báo cáo số {number} của cùng cơ quan với nội dung khác. "
            "Hãy xóa báo cáo cũ trước, hoặc nạp lại với lựa chọn thay thế."
        )
        self.existing_id = existing_id
        self.number = number


class UnknownReport(IndexingError):
    """The index holds no such report."""

    def __init__(self, report_id: str) -> None:
        super().__init__(f"Không có báo cáo nào mang mã {report_id} trong chỉ mục.")
        self.report_id = report_id


class SourceMissing(IndexingError):
    """The file of a report that the index holds is gone or damaged, and so is what was made from it."""

    def __init__(self, file_name: str) -> None:
        super().__init__(f"Tệp gốc của báo cáo {file_name} đã mất hoặc bị hỏng. Hãy nạp lại tệp này.")
        self.file_name = file_name


class IndexOutdated(IndexingError):
    """The index was written by another version of the product."""
