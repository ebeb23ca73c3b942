"""The seven reports that the questions of `multi.jsonl` are asked of, beside the seed."""

from __future__ import annotations

from datetime import date

from tests.eval.synthetic.spec import Spec

SON_LA = ("Mộc Châu", "Vân Hồ", "Mai Sơn", "Sông Mã")

FIXED: tuple[Spec, ...] = (
    Spec(
        "Sơn La", 2021, "Q1", "98/BC-UBND", date(2021, 3, 16), repeated_codes=True, districts=SON_LA,
        left_out=frozenset({"digitised"}),
        printed={
            "procedures_total": "1.686", "procedures_province": "1.334", "procedures_district": "234",
            "procedures_commune": "118", "portal_total": "1.686", "priorities": "07 nhiệm vụ trọng tâm", "agencies": "19",
            "planned": "94", "plan_done": "19",
            "units_total": "937", "units_province": "11", "units_departments": "347", "units_districts": "579",
            "autonomy_full": "02", "autonomy_current": "21", "autonomy_part": "131", "autonomy_none": "783",
            "posts": "2.281", "posts_assigned": "2.274", "posts_present": "2.196", "posts_cut": "04",
            "staff": "27.775", "staff_assigned": "27.775", "staff_present": "26.318", "staff_cut": "119",
            "documents_sent": "520.887 văn bản", "online_3": "118", "online_4": "496", "portal_34": "614",
            "laws_reviewed": "-",
        },
    ),
    Spec(
        "Sơn La", 2021, "YEAR", "412/BC-UBND", date(2021, 12, 14), "digital", letterhead=True, districts=SON_LA,
        left_out=frozenset({"problems_solved", "boards"}),
        printed={
            "procedures_total": "1.722", "procedures_province": "1.361", "procedures_district": "241",
            "procedures_commune": "120", "portal_total": "1.722", "priorities": "07 nhiệm vụ trọng tâm", "agencies": "19",
            "planned": "94", "plan_done": "89",
            "units_total": "925", "units_province": "11", "units_departments": "341", "units_districts": "573",
            "autonomy_full": "02", "autonomy_current": "24", "autonomy_part": "141", "autonomy_none": "758",
            "posts": "2.274", "posts_assigned": "2.274", "posts_present": "2.159", "posts_cut": "27",
            "staff": "27.775", "staff_assigned": "27.775", "staff_present": "26.044", "staff_cut": "311",
            "online_3": "131", "online_4": "688", "portal_34": "819", "joint_bodies": "",
        },
    ),
    Spec(
        "Sơn La", 2020, "H1", "215/BC-UBND", date(2020, 6, 12), "long", districts=SON_LA,
        left_out=frozenset({"digitised", "equitised"}),
        printed={
            "procedures_total": "1.741", "procedures_province": "1.380", "procedures_district": "243",
            "procedures_commune": "118", "portal_total": "1.741", "agencies": "19",
            "planned": "86", "plan_done": "35",
            "units_total": "958", "units_province": "11", "units_departments": "352", "units_districts": "595",
            "autonomy_full": "01", "autonomy_current": "18", "autonomy_part": "120", "autonomy_none": "819",
            "posts": "2.301", "posts_assigned": "2.301", "posts_present": "2.214", "posts_cut": "09",
            "staff": "28.160", "staff_assigned": "28.160", "staff_present": "26.905", "staff_cut": "174",
            "online_3": "97", "online_4": "312", "portal_34": "409",
        },
    ),
    Spec(
        "Điện Biên", 2021, "H1", "145/BC-UBND", date(2021, 6, 11), "long", letterhead=True,
        left_out=frozenset({"digitised", "linked_same"}), districts=("Mường Ảng", "Tủa Chùa", "Nậm Pồ"),
        printed={"survey_forms": "-"},
    ),
    Spec(
        "Lai Châu", 2021, "H1", "176/BC-UBND", date(2021, 6, 15), letterhead=True,
        left_out=frozenset({"problems", "workflow_digital", "reporting"}), districts=("Tam Đường", "Sìn Hồ", "Than Uyên"),
    ),
    Spec(
        "Hòa Bình", 2021, "M9", "301/BC-UBND", date(2021, 9, 15), "digital",
        left_out=frozenset({"contracts", "lgsp"}), districts=("Kim Bôi", "Lạc Sơn", "Mai Châu"),
    ),
    Spec(
        "Yên Bái", 2021, "H1", "129/BC-UBND", date(2021, 6, 9), repeated_codes=True,
        left_out=frozenset({"digitised", "on_time_building", "by_exam"}), districts=("Văn Chấn", "Trạm Tấu", "Lục Yên"),
        printed={"online_payment": "", "dialogues": "-"},
    ),
)  # fmt: skip
