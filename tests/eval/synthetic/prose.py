"""The prose of a synthetic report: the seed's outline with facts of its own in every section."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from tests.eval.synthetic import pools
from tests.eval.synthetic.figures import thousands
from tests.eval.synthetic.form import spelled_out
from tests.eval.synthetic.spec import SIGNING_MONTHS, Spec

SYNTHETIC = (
    "Đây là báo cáo giả định, sinh tự động để kiểm thử phần mềm; mọi số liệu, văn bản và tên người đều không có thật."
)


def prose(spec: Spec, figures: Mapping[str, str]) -> str:
    """Everything above the appendix, from the issuer's head to the signature."""
    draw = spec.random("prose")
    parts = [
        *_head(spec),
        *_opening(spec, draw),
        _heading(draw, "I. TÌNH HÌNH TRIỂN KHAI THỰC HIỆN VÀ KẾT QUẢ ĐẠT ĐƯỢC"),
        _heading(draw, "1. Công tác chỉ đạo, tuyên truyền và kiểm tra CCHC"),
        *_steering(spec, draw, figures),
        _heading(draw, "2. Kết quả đạt được"),
        _heading(draw, "2.1. Cải cách thể chế"),
        *_institutions(spec, draw, figures),
        _heading(draw, draw.choice(("2.2. Cải cách thủ tục hành chính", "2.2. Cải cách TTHC"))),
        *_procedures(spec, draw, figures),
        _heading(draw, draw.choice(("2.3. Cải cách tổ chức bộ máy", "2.3. Cải cách tổ chức bộ máy hành chính"))),
        *_apparatus(spec, draw),
        _heading(draw, draw.choice(("2.4. Cải cách công vụ", "2.4. Cải cách chế độ công vụ"))),
        *_civil_service(spec, draw),
        _heading(draw, "2.5. Cải cách tài chính công"),
        *_finance(spec, draw, figures),
        _heading(draw, _digital_title(spec)),
        *_digital(spec, draw),
        f"**3. Số liệu về kết quả thực hiện công tác CCHC {spec.during} (Có phụ lục I kèm theo).**",
        _heading(draw, "4. Đánh giá chung"),
        *_assessment(spec, draw, figures),
        _heading(draw, f"II. {draw.choice(pools.TASK_HEADINGS)} {spec.afterwards.upper()}"),
        *(f"{n}. {task}" for n, task in enumerate(draw.sample(pools.TASKS, draw.randint(4, 6)), start=1)),
        *_closing(spec, draw),
    ]
    text = "\n\n".join(parts)
    return spelled_out_prose(text) if spec.wording == "long" else text


def spelled_out_prose(text: str) -> str:
    """A hand that spells out, except in the numbers of documents (1118/QĐ-UBND)."""
    words = text.split(" ")
    return " ".join(word if "/" in word else spelled_out(word) for word in words)


def _heading(draw: Random, title: str) -> str:
    """Heading marks are as unreliable as in a scanned report; the numbering carries the outline."""
    return draw.choice(("## {}", "### {}", "#### {}", "##### **{}**", "**{}**")).format(title)


def _date(draw: Random, spec: Spec) -> str:
    """A day within the period, before the month in which the report is signed."""
    return f"{draw.randint(1, 28):02d}/{draw.randint(1, SIGNING_MONTHS[spec.period] - 1)}/{spec.year}"


def _document(draw: Random, spec: Spec, kind: str) -> str:
    names = {"QĐ": "Quyết định", "KH": "Kế hoạch", "CT": "Chỉ thị", "CV": "Công văn"}
    return f"{names[kind]} số {draw.randint(11, 2990)}/{kind}-UBND ngày {_date(draw, spec)}"


def _head(spec: Spec) -> list[str]:
    if not spec.letterhead:
        return ["## BÁO CÁO"]
    day = f"ngày {spec.signed_on.day:02d} tháng {spec.signed_on.month:02d} năm {spec.signed_on.year}"
    return [
        f"**ỦY BAN NHÂN DÂN**\n**{spec.place.upper()}**",
        "**CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM**\n**Độc lập - Tự do - Hạnh phúc**",
        f"Số: {spec.number}",
        f"*{spec.province}, {day}*",
        "## BÁO CÁO",
    ]


def _opening(spec: Spec, draw: Random) -> list[str]:
    subject = draw.choice(pools.SUBJECTS)
    abbreviation = "" if spec.wording == "long" else " (CCHC)"
    return [
        f"### {subject} {spec.during} và nhiệm vụ trọng tâm {spec.afterwards}",
        f"*({SYNTHETIC})*",
        "Kính gửi:",
        f"- Bộ Nội vụ;\n- {draw.choice(('Thường trực Tỉnh ủy', 'Văn phòng Chính phủ', 'Thường trực HĐND'))}.",
        f"Thực hiện {draw.choice(pools.REQUESTS)} về chế độ báo cáo định kỳ, UBND {spec.place} báo cáo kết quả công tác "
        f"cải cách hành chính{abbreviation} {spec.during} như sau:",
    ]


def _steering(spec: Spec, draw: Random, figures: Mapping[str, str]) -> list[str]:
    bodies = draw.randint(40, 62)
    excellent, fair = draw.randint(6, 14), draw.randint(2, 6)
    visited = draw.sample(pools.DEPARTMENTS, 2) + [
        f"UBND huyện {name}" for name in draw.sample(spec.districts, min(2, len(spec.districts)))
    ]
    language = draw.choice(pools.LANGUAGES)
    last_year = spec.year - 1
    return [
        f"Ngày {_date(draw, spec)}, Ban Chỉ đạo CCHC tổ chức Hội nghị {draw.choice(pools.MEETINGS)}. Theo kết quả đánh giá "
        f"năm {last_year}, có {excellent}/{bodies} cơ quan, đơn vị hoàn thành xuất sắc nhiệm vụ, "
        f"{bodies - excellent - fair}/{bodies} hoàn thành tốt nhiệm vụ và {fair:02d}/{bodies} hoàn thành nhiệm vụ.",
        f"UBND {spec.place} ban hành Kế hoạch CCHC năm {spec.year} (*{_document(draw, spec, 'QĐ')}*), theo đó đề ra "
        f"{figures['priorities']} và {figures['planned']} nhiệm vụ cụ thể; Kế hoạch tuyên truyền CCHC "
        f"(*{_document(draw, spec, 'KH')}*); Kế hoạch kiểm tra CCHC (*{_document(draw, spec, 'QĐ')}*).",
        f"{draw.choice(pools.INITIATIVES)} theo {_document(draw, spec, 'QĐ')}.",
        f"Cổng thông tin điện tử đăng {draw.randint(60, 480)} tin bài về CCHC; Đài Phát thanh và Truyền hình phát "
        f"{draw.randint(20, 160)} chuyên mục, trong đó có chương trình bằng {language}.",
        f"Về kiểm tra CCHC: Đoàn kiểm tra đã làm việc tại {', '.join(visited)}; sau kiểm tra, các đơn vị khắc phục "
        f"{draw.randint(3, 19):02d} nội dung còn thiếu sót, chậm nhất là ngày {_date(draw, spec)}.",
    ]


def _institutions(spec: Spec, draw: Random, figures: Mapping[str, str]) -> list[str]:
    by_department, by_districts = draw.randint(12, 40), draw.randint(2, 9)
    checked, slip = figures["laws_checked"], spec.random("slip")
    if slip.random() < 0.15:  # as in the seed, text and appendix need not agree
        checked = str(int(checked) + slip.randint(3, 9))
    return [
        f"Ngành Tư pháp thẩm định {by_department + by_districts} dự thảo văn bản QPPL (Sở Tư pháp thẩm định "
        f"{by_department} văn bản, cấp huyện thẩm định {by_districts:02d} văn bản); góp ý "
        f"{draw.randint(10, 70)} dự thảo văn bản của Trung ương.",
        f"Công tác kiểm tra văn bản QPPL theo thẩm quyền: kiểm tra {checked} văn bản; {draw.choice(pools.FAULTS)}.",
        f"Cập nhật {draw.randint(12, 60)} văn bản QPPL vào cơ sở dữ liệu quốc gia về pháp luật.",
    ]


def _procedures(spec: Spec, draw: Random, figures: Mapping[str, str]) -> list[str]:
    received, returned = draw.randint(400, 9_000), draw.randint(10_000, 200_000)
    fields = ", ".join(draw.sample(pools.FIELDS, 4))
    return [
        f"Chủ tịch UBND {spec.place} ban hành {draw.randint(9, 40)} Quyết định công bố danh mục TTHC thuộc các lĩnh vực: "
        f"{fields}; trong kỳ công bố mới {figures['procedures_new']} TTHC.",
        f"{draw.choice(pools.MODELS)}, triển khai từ ngày {_date(draw, spec)}.",
        f"Qua dịch vụ bưu chính công ích đã tiếp nhận {thousands(received)} hồ sơ và trả kết quả "
        f"{thousands(returned)} hồ sơ.",
    ]


def _apparatus(spec: Spec, draw: Random) -> list[str]:
    return [
        f"Thành lập, kiện toàn {draw.randint(8, 30)} tổ công tác, {draw.randint(3, 19):02d} Ban chỉ đạo; "
        f"{draw.choice(pools.MERGERS)} (*{_document(draw, spec, 'QĐ')}*).",
        f"Phê duyệt danh sách tinh giản biên chế đợt 1 cho {draw.randint(20, 150)} người.",
    ]


def _civil_service(spec: Spec, draw: Random) -> list[str]:
    classes, learners = draw.randint(30, 140), draw.randint(1_800, 9_000)
    cost = thousands(draw.randint(4_000, 22_000))
    return [
        f"Ban hành {_document(draw, spec, 'CT')} về {draw.choice(pools.DIRECTIVES)}.",
        f"Giao chỉ tiêu đào tạo, bồi dưỡng {classes} lớp cho {thousands(learners)} học viên, kinh phí {cost} triệu đồng.",
        f"Tổ chức kỳ thi nâng ngạch lên {draw.choice(('chuyên viên', 'chuyên viên chính'))} cho "
        f"{draw.randint(30, 180)} người.",
    ]


def _finance(spec: Spec, draw: Random, figures: Mapping[str, str]) -> list[str]:
    return [
        f"Đến nay có {figures['autonomy_full']} đơn vị sự nghiệp công lập tự chủ 100% chi thường xuyên và chi đầu tư; "
        f"{figures['autonomy_current']} đơn vị tự chủ 100% chi thường xuyên; {draw.choice(pools.SAVINGS)}.",
    ]


def _digital_title(spec: Spec) -> str:
    if spec.wording == "digital":
        return "2.6. Xây dựng chính quyền số và chuyển đổi số"
    return "2.6. Xây dựng và phát triển Chính phủ điện tử"


def _digital(spec: Spec, draw: Random) -> list[str]:
    communes = draw.randint(60, 180)
    return [
        f"{draw.choice(pools.PLATFORMS)}; {draw.randint(12, 60)}% báo cáo định kỳ được gửi qua Hệ thống thông tin báo cáo.",
        f"Toàn {spec.place} có {communes} xã có Bộ phận tiếp nhận và trả kết quả hiện đại; "
        f"{draw.randint(5, 50)} xã chưa được đầu tư hạ tầng.",
    ]


def _assessment(spec: Spec, draw: Random, figures: Mapping[str, str]) -> list[str]:
    shortcomings, causes = draw.sample(pools.SHORTCOMINGS, draw.randint(3, 4)), draw.sample(pools.CAUSES, 3)
    return [
        _heading(draw, draw.choice(("4.1. Ưu điểm", "4.1. Kết quả nổi bật"))),
        f"{draw.choice(pools.MERITS)}; đã hoàn thành {figures['plan_done']} nhiệm vụ trong kế hoạch.",
        _heading(draw, "4.2. Tồn tại, hạn chế và nguyên nhân"),
        _heading(draw, draw.choice(("4.2.1. Tồn tại, hạn chế", "4.2.1. Những hạn chế, khó khăn"))),
        *(text.format(n=draw.randint(6, 45)) for text in shortcomings),
        _heading(draw, draw.choice(("4.2.2. Nguyên nhân", "4.2.2. Nguyên nhân của tồn tại, hạn chế"))),
        *causes,
    ]


def _closing(spec: Spec, draw: Random) -> list[str]:
    signer = f"{draw.choice(pools.FAMILY_NAMES)} {draw.choice(pools.GIVEN_NAMES)}"
    role = draw.choice(("CHỦ TỊCH", "KT. CHỦ TỊCH  \nPHÓ CHỦ TỊCH"))
    recipients = draw.sample(pools.RECIPIENTS, 4)
    return [
        f"Trên đây là báo cáo của UBND {spec.place}./.",
        "**Nơi nhận:**",
        "\n".join(["- Như trên;", *(f"- {name};" for name in recipients), f"- Lưu: VT, NC{draw.randint(10, 60)}b."]),
        f"**TM. ỦY BAN NHÂN DÂN  \n{role}**",
        f"**{signer}**",
    ]
