"""What one synthetic report is: whose, of which period, and in which of the forms' many hands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random

from tests.eval.synthetic.form import Wording

CITIES = ("Hà Nội", "Hải Phòng", "Đà Nẵng", "Cần Thơ", "Hồ Chí Minh")
PROVINCES = (
    "An Giang", "Bà Rịa - Vũng Tàu", "Bạc Liêu", "Bắc Giang", "Bắc Kạn", "Bắc Ninh", "Bến Tre", "Bình Dương",
    "Bình Định", "Bình Phước", "Bình Thuận", "Cà Mau", "Cao Bằng", "Đắk Lắk", "Đắk Nông", "Điện Biên", "Đồng Nai",
    "Đồng Tháp", "Gia Lai", "Hà Giang", "Hà Nam", "Hà Tĩnh", "Hải Dương", "Hậu Giang", "Hòa Bình", "Hưng Yên",
    "Khánh Hòa", "Kiên Giang", "Kon Tum", "Lai Châu", "Lạng Sơn", "Lào Cai", "Lâm Đồng", "Long An", "Nam Định",
    "Nghệ An", "Ninh Bình", "Ninh Thuận", "Phú Thọ", "Phú Yên", "Quảng Bình", "Quảng Nam", "Quảng Ngãi",
    "Quảng Ninh", "Quảng Trị", "Sóc Trăng", "Sơn La", "Tây Ninh", "Thái Bình", "Thái Nguyên", "Thanh Hóa",
    "Thừa Thiên Huế", "Tiền Giang", "Trà Vinh", "Tuyên Quang", "Vĩnh Long", "Vĩnh Phúc", "Yên Bái", *CITIES,
)  # fmt: skip

PERIODS = {"Q1": "quý I năm {y}", "H1": "6 tháng đầu năm {y}", "M9": "9 tháng đầu năm {y}", "YEAR": "năm {y}"}
NEXT_PERIODS = {"Q1": "quý II năm {y}", "H1": "6 tháng cuối năm {y}", "M9": "3 tháng cuối năm {y}", "YEAR": "năm {n}"}
SIGNING_MONTHS = {"Q1": 3, "H1": 6, "M9": 9, "YEAR": 12}


@dataclass(frozen=True, slots=True)
class Spec:
    """`left_out` names lines that are not printed, `printed` values that are fixed rather than drawn."""

    province: str
    year: int
    period: str
    number: str
    signed_on: date
    wording: Wording = "short"
    letterhead: bool = False
    repeated_codes: bool = False
    left_out: frozenset[str] = frozenset()
    printed: Mapping[str, str] = field(default_factory=dict)
    districts: tuple[str, ...] = ()
    seed: int = 0

    def random(self, part: str) -> Random:
        """Draws that are this report's own; the same spec always draws the same."""
        return Random(f"{self.seed}|{self.province}|{self.year}|{self.period}|{part}")

    def lasting(self) -> Random:
        """Draws that all reports of one province share, so that its periods are of one size."""
        return Random(f"{self.seed}|{self.province}")

    @property
    def is_city(self) -> bool:
        return self.province in CITIES

    @property
    def place(self) -> str:
        return f"{'thành phố' if self.is_city else 'tỉnh'} {self.province}"

    @property
    def during(self) -> str:
        return PERIODS[self.period].format(y=self.year)

    @property
    def afterwards(self) -> str:
        return NEXT_PERIODS[self.period].format(y=self.year, n=self.year + 1)
