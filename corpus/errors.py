"""What is wrong with a file that can't be read, in a sentence its owner can act on."""

from __future__ import annotations

from typing import Literal, get_args

ErrorCode = Literal[
    "report_unreadable",
    "report_empty",
    "unsupported_format",
    "too_large",
    "encrypted",
    "ocr_missing",
    "office_missing",
    "time_limit",
    "memory_limit",
]

_MESSAGES: dict[ErrorCode, str] = {
    "report_unreadable": "Tệp bị hỏng hoặc không đúng định dạng nên không đọc được. Hãy mở lại bằng phần mềm gốc, lưu thành DOCX hoặc PDF rồi tải lên.",
    "report_empty": "Tệp không có nội dung. Hãy kiểm tra lại tệp rồi tải lên.",
    "unsupported_format": "Định dạng tệp không được hỗ trợ. Hãy tải lên DOCX, DOC, PDF, ảnh (PNG, JPEG, TIFF), Markdown hoặc văn bản thuần.",
    "too_large": "Tệp quá lớn để đọc an toàn. Hãy tách báo cáo thành tệp nhỏ hơn hoặc quét lại ở độ phân giải 200–300 dpi rồi tải lên.",
    "encrypted": "Tệp được đặt mật khẩu nên không đọc được. Hãy bỏ mật khẩu rồi tải lên lại.",
    "ocr_missing": "Tệp là bản quét nhưng máy chủ chưa cài bộ nhận dạng chữ. Quản trị viên hãy cài gói tesseract-ocr-vie (apt-get install tesseract-ocr-vie) rồi tải lên lại.",
    "office_missing": "Đọc tệp này cần LibreOffice nhưng máy chủ chưa cài. Hãy lưu tệp thành DOCX hoặc PDF rồi tải lên, hoặc nhờ quản trị viên cài gói libreoffice-writer-nogui.",
    "time_limit": "Đọc tệp mất quá nhiều thời gian nên đã dừng. Hãy tách báo cáo thành tệp nhỏ hơn hoặc lưu lại bằng phần mềm gốc rồi tải lên.",
    "memory_limit": "Đọc tệp cần quá nhiều bộ nhớ nên đã dừng. Hãy tách báo cáo thành tệp nhỏ hơn hoặc lưu lại bằng phần mềm gốc rồi tải lên.",
}


class UnreadableReport(Exception):
    """A file that no report can be read from. `message` is Vietnamese and says what to do about it."""

    def __init__(self, code: ErrorCode, message: str = "") -> None:
        self.code: ErrorCode = code
        self.message = message or _MESSAGES[code]
        super().__init__(f"{code}: {self.message}")

    @classmethod
    def of(cls, code: str) -> UnreadableReport:
        """The error that a code names; an unknown code is an unreadable file."""
        return cls(next((known for known in get_args(ErrorCode) if known == code), "report_unreadable"))
