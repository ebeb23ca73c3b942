"""A national corpus for measuring: 63 provinces, 10 years, 4 periods, the same for everybody who makes it.

The sample report comes first, then the seven that the gold questions are asked of, then 2,512 made here.
Appendices are the synthetic reports' own: each has its own figures, wording, codes and gaps. The prose is longer than
theirs, about as long as the sample report's (58 passages), and mostly made of sentences that other reports have, too:
each of 54 subsections says one of 25 things. So 150,000 passages hold some 4,000 different texts, and a corpus of this
size can be embedded in minutes. A passage of each report, with the number of its plan, is its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random

from tests.eval.synthetic import Spec, file_name, specs
from tests.eval.synthetic.figures import figures
from tests.eval.synthetic.report import appendix
from tests.running import SEED, SYNTHETIC

ALL = 2520
VARIANTS = 25

_CHAPTERS = (
    "Cải cách thể chế", "Cải cách thủ tục hành chính", "Cải cách tổ chức bộ máy", "Cải cách công vụ",
    "Cải cách tài chính công", "Xây dựng Chính quyền điện tử", "Tuyên truyền", "Kiểm tra", "Khảo sát, đánh giá",
)  # fmt: skip
_OFFICES = (
    "Sở Y tế", "Sở Xây dựng", "Sở Công Thương", "Sở Tài chính", "Sở Tư pháp", "Sở Nội vụ", "Sở Giáo dục và Đào tạo",
    "Sở Giao thông vận tải", "Sở Khoa học và Công nghệ", "Sở Tài nguyên và Môi trường", "Sở Kế hoạch và Đầu tư",
    "Sở Lao động - Thương binh và Xã hội", "Sở Văn hóa, Thể thao và Du lịch", "Sở Thông tin và Truyền thông",
    "Ban Dân tộc", "Thanh tra tỉnh", "Văn phòng UBND tỉnh", "Ban Quản lý các khu công nghiệp",
)  # fmt: skip
_WORK = (
    "rà soát danh mục hồ sơ, bỏ {n} loại giấy tờ trùng lặp, rút ngắn thời gian trả kết quả xuống còn {m} ngày làm việc",
    "mở {n} lớp tập huấn cho công chức tiếp nhận hồ sơ, mỗi lớp {m} học viên, kinh phí lấy từ nguồn chi thường xuyên",
    "lập {m} tổ hỗ trợ người dân nộp hồ sơ qua mạng tại {n} điểm giao dịch của bưu điện văn hóa xã",
    "thay phần mềm một cửa cũ, chuyển {n} nghìn hồ sơ lưu sang hệ thống mới, đối chiếu xong trong {m} tuần",
    "công khai kết quả xếp hạng {n} phòng chuyên môn, phê bình {m} phòng chậm trả kết quả quá ba lần",
    "đối thoại với {n} doanh nghiệp về vướng mắc khi xin cấp phép, giải quyết ngay {m} kiến nghị",
    "sắp xếp lại {m} phòng thành bốn phòng, giảm {n} đầu mối trung gian, bố trí lại người dôi dư",
    "tự kiểm tra {n} hồ sơ chọn ngẫu nhiên, phát hiện {m} hồ sơ ghi sai ngày hẹn trả kết quả",
)
_CLOSING = (
    "Việc này được người dân đồng tình.", "Kết quả được báo cáo trong giao ban hằng tháng.",
    "Một số nơi làm còn chậm, đã có văn bản đôn đốc.", "Thời gian tới tiếp tục nhân rộng.",
)  # fmt: skip


def write(directory: Path, n: int) -> list[Path]:
    """The files of the first `n` reports; those that are made are written once."""
    directory.mkdir(parents=True, exist_ok=True)
    paths = [SEED, *SYNTHETIC][:n]
    for spec in islice(specs(0), n - len(paths)):
        path = directory / file_name(spec)
        if not path.exists():
            path.write_text(markdown(spec), encoding="utf-8")
        paths.append(path)
    return paths


def markdown(spec: Spec) -> str:
    return f"\n\n{_prose(spec)}\n\n{appendix(spec, figures(spec))}\n"


def plan_number(spec: Spec) -> str:
    """The number of the decision that a report names as its plan's."""
    return f"{spec.random('plan').randint(1001, 2999)}/QĐ-UBND"


def _prose(spec: Spec) -> str:
    day = f"ngày {spec.signed_on.day:02d} tháng {spec.signed_on.month:02d} năm {spec.signed_on.year}"
    parts = [
        f"**ỦY BAN NHÂN DÂN**\n**{spec.place.upper()}**",
        f"Số: {spec.number}",
        f"*{spec.province}, {day}*",
        "## BÁO CÁO",
        f"### Kết quả thực hiện công tác cải cách hành chính {spec.during}",
        "*(Đây là báo cáo giả định, sinh tự động để đo phần mềm; mọi số liệu, văn bản và tên người đều không có thật.)*",
        f"UBND {spec.place} báo cáo kết quả công tác cải cách hành chính {spec.during}. Kế hoạch cải cách hành chính của "
        f"tỉnh được ban hành kèm theo Quyết định số {plan_number(spec)}.",
        "## I. KẾT QUẢ ĐẠT ĐƯỢC",
        *_chapters(spec),
        "## II. PHƯƠNG HƯỚNG, NHIỆM VỤ",
        "Tiếp tục thực hiện các nhiệm vụ đã đề ra trong kế hoạch và khắc phục những hạn chế nêu trên.",
        "**TM. ỦY BAN NHÂN DÂN  \nCHỦ TỊCH**",
        "**Lò Văn Mẫu**",
    ]
    return "\n\n".join(parts)


def _chapters(spec: Spec) -> Iterator[str]:
    draw = spec.random("chapters")
    for chapter, title in enumerate(_CHAPTERS, 1):
        yield f"### {chapter}. {title}"
        for section in range(1, 7):
            yield from _section(chapter, section, draw.randrange(VARIANTS))


@cache
def _section(chapter: int, section: int, variant: int) -> tuple[str, str]:
    """A heading and what one of the variants says below it."""
    office = _OFFICES[(6 * chapter + section) % len(_OFFICES)]
    draw = Random(f"{chapter}|{section}|{variant}")
    first, second = draw.sample(_WORK, 2)
    said = [work.format(n=draw.randint(5, 60), m=draw.randint(2, 9)) for work in (first, second)]
    return (
        f"#### {chapter}.{section}. {office}",
        f"Trong kỳ, {office} {said[0]}. Đơn vị cũng {said[1]}. {draw.choice(_CLOSING)}",
    )
