"""The statistics form that every province fills in, and the ways in which provinces word it.

Codes are not written down here: a report numbers the lines that it kept, so one that
leaves a line out has other codes from there on, as real reports do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Wording = Literal["short", "long", "digital"]
"""`short` abbreviates (TTHC), `long` spells out, `digital` uses the later names of online services."""


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: level 1 to 3 is numbered, level 4 stands under "Trong đó" without a number."""

    level: int
    key: str
    short: str
    unit: str = ""
    digital: str = ""
    long: str = ""

    def name(self, wording: Wording) -> str:
        if wording == "digital":
            return self.digital or self.short
        if wording == "long":
            return self.long or spelled_out(self.short)
        return self.short


EXPANSIONS = (
    ("VBQPPL", "văn bản quy phạm pháp luật"),
    ("ĐVSNCL", "đơn vị sự nghiệp công lập"),
    ("đơn vị SNCL", "đơn vị sự nghiệp công lập"),
    ("TTHC", "thủ tục hành chính"),
    ("CCHC", "cải cách hành chính"),
    ("DVC", "dịch vụ công"),
    ("NSNN", "ngân sách nhà nước"),
    ("UBND", "Ủy ban nhân dân"),
)


def spelled_out(text: str) -> str:
    for abbreviation, words in EXPANSIONS:
        text = text.replace(abbreviation, words)
    return text


BODY = "Cơ quan, đơn vị"
SINCE = " <i>(lũy kế đến thời điểm báo cáo)</i>"

FORM: tuple[Line, ...] = (
    Line(1, "steering", "Công tác chỉ đạo điều hành CCHC"),
    Line(2, "priorities", "Kế hoạch CCHC"),
    Line(3, "planned", "Số nhiệm vụ đề ra trong kế hoạch", "Nhiệm vụ", long="Tổng số nhiệm vụ trong kế hoạch"),
    Line(3, "plan_done", "Số nhiệm vụ đã hoàn thành", "Nhiệm vụ"),
    Line(3, "directives", "Số văn bản chỉ đạo CCHC đã ban hành", "Văn bản"),
    Line(2, "inspected", "Kiểm tra CCHC"),
    Line(3, "inspected_departments", "Số sở, ngành đã kiểm tra", BODY),
    Line(3, "inspected_districts", "Số UBND cấp huyện đã kiểm tra", BODY),
    Line(3, "problems", "Số vấn đề phát hiện qua kiểm tra", "Vấn đề"),
    Line(3, "problems_solved", "Số vấn đề phát hiện đã xử lý xong", "Vấn đề"),
    Line(2, "government_tasks", "Thực hiện nhiệm vụ Chính phủ, Thủ tướng Chính phủ giao"),
    Line(3, "assigned", "Tổng số nhiệm vụ được giao", "Nhiệm vụ"),
    Line(3, "assigned_on_time", "Số nhiệm vụ đã hoàn thành đúng hạn", "Nhiệm vụ"),
    Line(3, "assigned_late", "Số nhiệm vụ đã hoàn thành nhưng quá hạn", "Nhiệm vụ"),
    Line(2, "survey", "Khảo sát sự hài lòng của người dân, tổ chức"),
    Line(3, "survey_forms", "Số lượng phiếu khảo sát", "Số lượng"),
    Line(3, "survey_mode", "Hình thức khảo sát", "Trực tuyến = 0 Phát phiếu = 1 Kết hợp = 2"),
    Line(2, "dialogues", "Tổ chức đối thoại của lãnh đạo với người dân, cộng đồng doanh nghiệp", "Không = 0 Có = 1"),
    Line(1, "institutions", "Cải cách thể chế"),
    Line(2, "laws_issued", "Số VBQPPL đã ban hành/tham mưu ban hành", "Văn bản"),
    Line(2, "laws_checked", "Số VBQPPL đã kiểm tra theo thẩm quyền", "Văn bản"),
    Line(2, "laws_reviewed", "Số VBQPPL đã rà soát", "Văn bản"),
    Line(2, "laws_referred", "Số VBQPPL đã kiến nghị xử lý sau kiểm tra, rà soát", "Văn bản"),
    Line(2, "laws_settled", "Số VBQPPL có kiến nghị xử lý đã được xử lý xong", "Văn bản"),
    Line(1, "procedures", "Cải cách thủ tục hành chính"),
    Line(2, "procedure_counts", "Thống kê TTHC"),
    Line(3, "procedures_new", "Số TTHC công bố mới", "Thủ tục", long="Số thủ tục hành chính được công bố mới"),
    Line(3, "procedures_gone", "Số TTHC bãi bỏ, thay thế", "Thủ tục", long="Số thủ tục hành chính bị bãi bỏ, thay thế"),
    Line(
        3,
        "procedures_total",
        "Tổng số TTHC đang có hiệu lực",
        "Thủ tục",
        long="Tổng số thủ tục hành chính còn hiệu lực",
    ),
    Line(4, "procedures_province", "Số TTHC cấp tỉnh:", "Thủ tục"),
    Line(4, "procedures_district", "Số TTHC cấp huyện:", "Thủ tục"),
    Line(4, "procedures_commune", "Số TTHC cấp xã:", "Thủ tục"),
    Line(2, "national_portal", "Vận hành Cổng dịch vụ công"),
    Line(3, "published", "Số TTHC đã cập nhật, công khai trên Cổng DVC quốc gia", "Thủ tục"),
    Line(
        3,
        "national_34",
        "Số TTHC mức độ 3 và 4 đã tích hợp lên Cổng DVC quốc gia",
        "Thủ tục",
        digital="Số dịch vụ công trực tuyến đã tích hợp lên Cổng Dịch vụ công quốc gia",
    ),
    Line(2, "one_stop", "Thực hiện cơ chế một cửa, một cửa liên thông"),
    Line(3, "linked_same", "Số TTHC liên thông cùng cấp", "Thủ tục"),
    Line(3, "linked_levels", "Số TTHC liên thông giữa các cấp chính quyền", "Thủ tục"),
    Line(3, "workflow_approved", "Tỷ lệ TTHC đã được phê duyệt quy trình nội bộ", "%"),
    Line(3, "workflow_digital", "Tỷ lệ quy trình nội bộ giải quyết TTHC đã được điện tử hóa", "%"),
    Line(2, "handling", "Kết quả giải quyết TTHC"),
    Line(3, "on_time_departments", "Tỷ lệ hồ sơ TTHC do các sở, ngành tiếp nhận được giải quyết đúng hạn", "%"),
    Line(3, "on_time_districts", "Tỷ lệ hồ sơ TTHC do UBND cấp huyện tiếp nhận được giải quyết đúng hạn", "%"),
    Line(3, "on_time_communes", "Tỷ lệ hồ sơ TTHC do UBND cấp xã tiếp nhận được giải quyết đúng hạn", "%"),
    Line(3, "on_time_land", "Tỷ lệ hồ sơ TTHC về lĩnh vực đất đai được giải quyết đúng hạn (ở cả 3 cấp)", "%"),
    Line(3, "on_time_building", "Tỷ lệ hồ sơ TTHC về lĩnh vực xây dựng được giải quyết đúng hạn (ở cả 3 cấp)", "%"),
    Line(3, "digitised", "Tỷ lệ hồ sơ, kết quả giải quyết TTHC đã được số hóa", "%"),
    Line(2, "portal", "Vận hành Cổng dịch vụ công", digital="Vận hành Cổng dịch vụ công của tỉnh"),
    Line(3, "portal_total", "Số TTHC được tích hợp lên Cổng DVC", "Thủ tục"),
    Line(
        3,
        "portal_34",
        "Số TTHC cung cấp mức độ 3, 4 trên Cổng DVC",
        "Thủ tục",
        digital="Số TTHC cung cấp trực tuyến toàn trình và một phần trên Cổng DVC",
    ),
    Line(3, "online_payment", "Số TTHC đã tích hợp dịch vụ thanh toán trực tuyến", "Thủ tục"),
    Line(1, "apparatus", "Cải cách tổ chức bộ máy hành chính nhà nước"),
    Line(2, "structure", "Cơ cấu tổ chức bộ máy"),
    Line(3, "agencies", "Số cơ quan chuyên môn cấp tỉnh", BODY),
    Line(3, "boards", "Số ban quản lý trực thuộc UBND cấp tỉnh", BODY),
    Line(3, "joint_bodies", "Số tổ chức liên ngành do cấp tỉnh thành lập", BODY),
    Line(
        3,
        "units_total",
        "Tổng số đơn vị sự nghiệp công lập trên địa bàn tỉnh",
        BODY,
        digital="Tổng số ĐVSNCL toàn tỉnh",
    ),
    Line(4, "units_province", "<i>Số ĐVSNCL thuộc UBND tỉnh</i>", BODY),
    Line(4, "units_departments", "<i>Số ĐVSNCL thuộc sở, ngành và tương đương</i>", BODY),
    Line(4, "units_districts", "<i>Số ĐVSNCL thuộc UBND cấp huyện</i>", BODY),
    Line(4, "units_cut", "<i>Tỷ lệ ĐVSNCL đã cắt giảm so với năm 2015</i>", "%"),
    Line(2, "posts", "Số liệu về biên chế công chức"),
    Line(3, "posts_assigned", "Tổng số biên chế được giao trong năm", "Người"),
    Line(3, "posts_present", "Tổng số biên chế có mặt tại thời điểm báo cáo", "Người"),
    Line(3, "contracts", "Số hợp đồng lao động làm việc tại cơ quan hành chính nhà nước", "Người"),
    Line(3, "posts_cut", "Số biên chế đã tinh giản trong kỳ báo cáo", "Người"),
    Line(3, "posts_cut_rate", "Tỷ lệ phần trăm biên chế đã tinh giản so với năm 2015", "%"),
    Line(2, "staff", "Số người làm việc hưởng lương từ NSNN tại các đơn vị sự nghiệp công lập"),
    Line(3, "staff_assigned", "Tổng số người làm việc được giao", "Người"),
    Line(3, "staff_present", "Tổng số người làm việc có mặt", "Người"),
    Line(3, "staff_cut", "Số người đã tinh giản trong kỳ báo cáo", "Người"),
    Line(3, "staff_cut_rate", "Tỷ lệ % đã tinh giản so với năm 2015", "%"),
    Line(1, "civil_service", "Cải cách chế độ công vụ"),
    Line(2, "positions", "Vị trí việc làm của công chức, viên chức"),
    Line(
        3, "positions_offices", "Số cơ quan, tổ chức hành chính đã được phê duyệt vị trí việc làm theo quy định", BODY
    ),
    Line(3, "positions_units", "Số đơn vị sự nghiệp đã được phê duyệt vị trí việc làm theo quy định", BODY),
    Line(
        3,
        "positions_breaches",
        "Số cơ quan, tổ chức có vi phạm trong thực hiện vị trí việc làm phát hiện qua thanh tra",
        BODY,
    ),
    Line(2, "recruitment", "Tuyển dụng công chức, viên chức"),
    Line(3, "recruited_officials", "Số công chức được tuyển dụng (thi tuyển, xét tuyển)", "Người"),
    Line(
        3,
        "received_officials",
        "Tiếp nhận vào làm công chức",
        "Người",
        long="Số người được tiếp nhận vào làm công chức",
    ),
    Line(3, "recruited_employees", "Số viên chức được tuyển dụng (thi tuyển, xét tuyển)", "Người"),
    Line(3, "recruited_special", "Số viên chức được tuyển dụng theo trường hợp đặc biệt", "Người"),
    Line(2, "appointments", "Số liệu về bổ nhiệm công chức lãnh đạo"),
    Line(3, "by_exam", "Thực hiện tuyển chọn, bổ nhiệm lãnh đạo qua thi tuyển", "Đã thực hiện = 1 Chưa thực hiện = 0"),
    Line(3, "new_directors", "Số lãnh đạo cấp sở, ngành được bổ nhiệm mới", "Người"),
    Line(3, "new_heads", "Số lãnh đạo cấp phòng thuộc sở, ngành được bổ nhiệm mới", "Người"),
    Line(3, "new_district_heads", "Số lãnh đạo cấp phòng thuộc UBND huyện được bổ nhiệm mới", "Người"),
    Line(2, "discipline", "Số liệu về xử lý kỷ luật cán bộ, công chức <i>(cả về Đảng và chính quyền)</i>"),
    Line(3, "disciplined_province", "Số lãnh đạo cấp tỉnh bị kỷ luật", "Người"),
    Line(3, "disciplined_directors", "Số lãnh đạo cấp sở, ngành và UBND cấp huyện bị kỷ luật", "Người"),
    Line(3, "disciplined_heads", "Số lãnh đạo cấp phòng thuộc sở, ngành và UBND cấp huyện bị kỷ luật", "Người"),
    Line(3, "disciplined_staff", "Số người làm việc hưởng lương từ NSNN tại các đơn vị SNCL bị kỷ luật", "Người"),
    Line(1, "finance", "Cải cách tài chính công"),
    Line(2, "autonomy_full", "Số đơn vị SNCL đã thực hiện tự chủ 100% chi thường xuyên và chi đầu tư" + SINCE, BODY),
    Line(2, "autonomy_current", "Số đơn vị SNCL đã thực hiện tự chủ 100% chi thường xuyên" + SINCE, BODY),
    Line(2, "autonomy_part", "Số đơn vị SNCL đã thực hiện tự chủ một phần chi thường xuyên" + SINCE, BODY),
    Line(2, "autonomy_none", "Số đơn vị SNCL do nhà nước đảm bảo 100% chi thường xuyên" + SINCE, BODY),
    Line(2, "equitised", "Số lượng đơn vị SNCL đã chuyển đổi thành công ty cổ phần" + SINCE, BODY),
    Line(
        1,
        "digital",
        "Xây dựng và phát triển Chính phủ điện tử, Chính phủ số",
        digital="Xây dựng chính quyền số và chuyển đổi số",
    ),
    Line(
        2,
        "architecture",
        "Cập nhật Kiến trúc chính quyền điện tử phiên bản 2.0",
        "Chưa = 0 Hoàn thành = 1",
        digital="Cập nhật Kiến trúc chính quyền số phiên bản 2.0",
    ),
    Line(
        2,
        "meetings",
        "Xây dựng và vận hành Hệ thống họp trực tuyến <i>Liên thông 2 cấp: Từ UBND tỉnh đến 100% UBND các huyện. "
        "Liên thông 3 cấp: Từ UBND tỉnh đến 100% UBND cấp huyện, cấp xã.</i>",
        "Chưa có = 0 2 cấp = 1 3 cấp = 2",
    ),
    Line(
        2,
        "reporting",
        "Hệ thống thông tin báo cáo và kết nối với Hệ thống thông tin báo cáo quốc gia",
        "Chưa = 0 Đang làm = 1 Hoàn thành = 2",
    ),
    Line(
        2,
        "signatures",
        "Tỷ lệ cơ quan chuyên môn cấp tỉnh, UBND cấp huyện, UBND cấp xã được cấp chứng thư số.",
        "%",
    ),
    Line(
        2,
        "lgsp",
        "Triển khai xây dựng nền tảng chia sẻ, tích hợp dùng chung (LGSP).",
        "Chưa = 0 Đang làm = 1 Hoàn thành = 2",
    ),
    Line(2, "exchange", "Số liệu về trao đổi văn bản điện tử"),
    Line(
        3,
        "exchange_links",
        "Thực hiện kết nối, liên thông các Hệ thống quản lý văn bản điều hành từ cấp tỉnh đến cấp xã",
    ),
    Line(4, "linked_departments", "Tỷ lệ sở, ngành đã kết nối, liên thông với UBND tỉnh", "%"),
    Line(4, "linked_districts", "Tỷ lệ UBND cấp huyện đã kết nối, liên thông với UBND tỉnh", "%"),
    Line(4, "linked_communes", "Tỷ lệ UBND cấp xã đã kết nối, liên thông với UBND huyện.", "%"),
    Line(
        3,
        "documents_sent",
        "Tổng số VĂN BẢN ĐI giữa các cơ quan nhà nước trên địa bàn tỉnh",
        "Văn bản",
        long="Tổng số văn bản đi giữa các cơ quan nhà nước trên địa bàn tỉnh",
    ),
    Line(
        4,
        "documents_electronic",
        "Tỷ lệ văn bản được gửi hoàn toàn dưới dạng điện tử (Sử dụng chữ ký số, chứng thư số và gửi trên môi trường "
        "điện tử).",
        "%",
    ),
    Line(
        4, "documents_parallel", "Tỷ lệ văn bản được gửi hoàn toàn dưới dạng điện tử và song song với văn bản giấy", "%"
    ),
    Line(
        2,
        "one_stop_system",
        "Vận hành Hệ thống thông tin một cửa điện tử tập trung của tỉnh",
        digital="Vận hành Hệ thống thông tin giải quyết TTHC của tỉnh",
    ),
    Line(3, "system_departments", "Tỷ lệ sở, ngành đã kết nối liên thông với Hệ thống", "%"),
    Line(3, "system_districts", "Tỷ lệ đơn vị cấp huyện đã kết nối liên thông với Hệ thống", "%"),
    Line(3, "system_communes", "Tỷ lệ đơn vị cấp xã đã kết nối liên thông với Hệ thống", "%"),
    Line(2, "online", "Dịch vụ công trực tuyến"),
    Line(
        3,
        "online_3",
        "Tổng số TTHC cung cấp trực tuyến mức độ 3",
        "TTHC",
        digital="Tổng số dịch vụ công trực tuyến một phần",
    ),
    Line(
        3,
        "online_4",
        "Tổng số TTHC cung cấp trực tuyến mức độ 4",
        "TTHC",
        digital="Tổng số dịch vụ công trực tuyến toàn trình",
    ),
    Line(
        3,
        "online_3_rate",
        "Tỷ lệ hồ sơ xử lý trực tuyến mức độ 3",
        "%",
        digital="Tỷ lệ hồ sơ dịch vụ công trực tuyến một phần được xử lý trực tuyến",
    ),
    Line(
        3,
        "online_4_rate",
        "Tỷ lệ hồ sơ xử lý trực tuyến mức độ 4",
        "%",
        digital="Tỷ lệ hồ sơ dịch vụ công trực tuyến toàn trình được xử lý trực tuyến",
    ),
)

MAY_BE_LEFT_OUT = (
    "problems",
    "problems_solved",
    "laws_reviewed",
    "linked_same",
    "workflow_digital",
    "on_time_building",
    "digitised",
    "boards",
    "contracts",
    "positions_breaches",
    "recruited_special",
    "by_exam",
    "equitised",
    "reporting",
    "lgsp",
)
"""Lines that some reports do not print; `digitised` is one that the seed does not have."""

MAY_BE_EMPTY = ("survey_forms", "laws_reviewed", "dialogues", "joint_bodies", "online_payment", "documents_sent")
"""Lines that some reports leave blank or mark with a dash."""
