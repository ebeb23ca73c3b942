"""Reports and figures looked up over real HTTP, and what every response carries."""

from __future__ import annotations

import csv
import hashlib
import io

import httpx
import openpyxl
import pytest

from service.schemas import Figure
from service.stages import STAGES
from service.tables import as_csv, as_xlsx
from tests.running import SEED, ask
from tests.service.test_http_ask import sentence

SEED_ID = hashlib.sha256(SEED.read_bytes()).hexdigest()[:16]


def test_reports_are_listed_newest_first_and_filtered(client: httpx.Client) -> None:
    everything = client.get("/v1/reports").json()
    assert everything["total"] == 3 and len(everything["items"]) == 3
    seed = next(item for item in everything["items"] if item["id"] == SEED_ID)
    assert (seed["number"], seed["signed_on"], seed["rows"], seed["figures"]) == ("203/BC-UBND", "2021-06-18", 120, 97)
    quarter = client.get("/v1/reports", params={"issuer": "ubnd tinh son la", "period": "Q1"}).json()
    assert [item["period"] for item in quarter["items"]] == ["Q1"] and quarter["total"] == 1
    page = client.get("/v1/reports", params={"limit": 1, "offset": 1}).json()
    assert page["items"] == everything["items"][1:2] and page["total"] == 3


def test_a_report_shows_its_outline_and_its_file(client: httpx.Client) -> None:
    report = client.get(f"/v1/reports/{SEED_ID}").json()
    ids = [item["id"] for item in report["outline"]]
    assert {"I", "I.2.2.2", "II"} <= set(ids)
    source = client.get(f"/v1/reports/{SEED_ID}/source")
    assert source.content == SEED.read_bytes()
    assert source.headers["content-disposition"].startswith("attachment")
    text = client.get(f"/v1/reports/{SEED_ID}/text")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    section = next(item for item in report["outline"] if item["id"] == "II")
    assert text.text[section["start"] :].lstrip("# ").startswith("II. PHƯƠNG HƯỚNG")


def test_checks_say_what_holds_and_what_does_not(client: httpx.Client) -> None:
    checks = client.get(f"/v1/reports/{SEED_ID}/checks").json()
    text = client.get(f"/v1/reports/{SEED_ID}/text").text
    failing = [c for c in checks["items"] if not c["holds"]]
    assert checks["failing"] == len(failing) and checks["total"] == len(checks["items"]) > len(failing)
    assert any("2.281" in c["text"] and "2.274" in c["text"] for c in failing)
    assert any("1.695" in c["text"] for c in checks["items"] if c["holds"])
    for check in checks["items"]:
        assert check["citations"]
        assert all(text[c["start"] : c["end"]] == c["quote"] for c in check["citations"])


@pytest.mark.parametrize("path", ["", "/text", "/source", "/checks"])
@pytest.mark.parametrize("report_id", ["0123456789abcdef", "..%2f..%2fetc%2fpasswd", "không-có", "%00"])
def test_an_unknown_report_is_not_found(client: httpx.Client, report_id: str, path: str) -> None:
    sentence(client.get(f"/v1/reports/{report_id}{path}"), 404, "not_found")


def test_figures_are_found_by_code_and_by_words(client: httpx.Client) -> None:
    by_code = client.get("/v1/figures", params={"code": "3.1.3", "report_id": SEED_ID}).json()
    assert [f["value_text"] for f in by_code["items"]] == ["1.695"]
    by_words = client.get("/v1/figures", params={"q": "TTHC cấp huyện đang có hiệu lực", "report_id": SEED_ID}).json()
    assert by_words["items"][0]["value_text"] == "235"
    assert client.get("/v1/figures", params={"report_id": SEED_ID, "limit": 500}).json()["total"] == 120


def test_an_indicator_is_compared_over_periods_and_provinces(client: httpx.Client) -> None:
    query = {"q": "tổng số TTHC đang có hiệu lực"}
    everywhere = client.get("/v1/figures/compare", params=query).json()
    assert everywhere["path"][-1] == "Tổng số TTHC đang có hiệu lực"
    assert len(everywhere["cells"]) == 3
    by_period = client.get("/v1/figures/compare", params={**query, "issuer": "UBND tỉnh Sơn La"}).json()
    assert [cell["period"] for cell in by_period["cells"]] == ["Q1", "H1"]
    before, after = (cell["figure"]["value"] for cell in by_period["cells"])
    (difference,) = by_period["differences"]
    assert (difference["start"], difference["end"]) == (0, 1) and after == 1695
    assert difference["absolute"].startswith("tăng" if after > before else "giảm" if after < before else "không đổi")
    by_code = client.get("/v1/figures/compare", params={"code": "3.1.3", "issuer": "UBND tỉnh Sơn La"}).json()
    assert by_code["cells"] == by_period["cells"]
    repeated = client.get("/v1/figures/compare", params={"code": "1.1.1", "report_id": SEED_ID}).json()
    assert repeated["cells"] == [] and len(repeated["candidates"]) == 2
    sentence(client.get("/v1/figures/compare"), 422, "invalid_fields")


def test_a_figure_list_is_a_file_with_real_numbers(client: httpx.Client) -> None:
    query = {"report_id": SEED_ID}
    rows = list(csv.DictReader(io.StringIO(client.get("/v1/figures.csv", params=query).content.decode("utf-8-sig"))))
    assert len(rows) == 120
    row = next(r for r in rows if r["Mã"] == "3.1.3")
    assert (row["Giá trị"], row["Giá trị như in"]) == ("1695", "1.695")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/v1/figures.xlsx", params=query).content))
    header, *cells = book.worksheets[0].iter_rows(values_only=True)
    shown = [dict(zip(header, line, strict=True)) for line in cells]
    assert next(r for r in shown if r["Mã"] == "3.1.3")["Giá trị"] == 1695
    assert next(r for r in shown if r["Giá trị như in"] == "99,99%")["Giá trị"] == 99.99


@pytest.mark.parametrize(
    "attack", ["=HYPERLINK(1)", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1", " =1+1"]
)
def test_a_spreadsheet_calculates_nothing_from_a_report(attack: str) -> None:
    figure = Figure(
        report_id="r", report_number=attack, issuer=attack, year=2021, period="H1", appendix="Phụ lục", row=0, code="1",
        name=attack, path=[attack], unit=attack, value_text="-5", value=-5, value_kind="number", meaning=None, note=attack,
        citation=None,
    )  # fmt: skip
    _, cells = csv.reader(io.StringIO(as_csv([figure]).decode("utf-8-sig"), newline=""))
    assert all(cell.startswith("'") for cell in cells if attack in cell)
    assert "-5" in cells
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx([figure]))).worksheets[0]
    assert {cell.data_type for cell in sheet[2]} <= {"inlineStr", "s", "n"}  # and never "f", a formula
    assert sheet["K2"].value == -5


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "offset=-1", "year=x", "year=99999999999999999999", "limit=1e3"]
)
def test_a_query_that_does_not_fit_is_refused(client: httpx.Client, query: str) -> None:
    sentence(client.get(f"/v1/reports?{query}"), 422, "invalid_fields")


def test_what_is_not_there_and_what_is_not_done(client: httpx.Client) -> None:
    sentence(client.get("/v1/khong-co"), 404, "not_found")
    sentence(client.get("/v1/ask"), 405, "method_not_allowed")
    sentence(client.put("/v1/reports"), 405, "method_not_allowed")


def test_every_response_is_safe_to_show_and_names_no_framework(client: httpx.Client) -> None:
    for path in ("/healthz", "/v1/reports", "/v1/khong-co", f"/v1/reports/{SEED_ID}/source"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-request-id"]
        assert "server" not in headers and "x-powered-by" not in headers
    assert client.get("/docs").status_code == 404


def test_a_callers_request_id_comes_back(client: httpx.Client) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "abc-1"}).headers["x-request-id"] == "abc-1"
    assert client.get("/healthz", headers={"X-Request-ID": "a b<c>"}).headers["x-request-id"] != "a b<c>"


def test_no_other_origin_is_let_in(client: httpx.Client) -> None:
    headers = client.get("/v1/reports", headers={"Origin": "https://example.com"}).headers
    assert "access-control-allow-origin" not in headers


def test_metrics_count(client: httpx.Client) -> None:
    def value(name: str) -> float:
        lines = client.get("/metrics").text.splitlines()
        return float(next(line for line in lines if line.startswith(f"{name} ")).rsplit(" ", 1)[1])

    name = 'cchc_requests_total{route="reports",status="2xx"}'
    before = value(name)
    client.get("/v1/reports")
    assert value(name) == before + 1
    assert value("cchc_ready") == 1 and value("cchc_index_reports") == 3
    ready = client.get("/readyz").json()
    assert value(f'cchc_generation{{id="{ready["generation"]}"}}') == 1


def test_metrics_tell_where_the_time_of_an_answer_went(client: httpx.Client) -> None:
    def seconds() -> dict[str, tuple[float, float]]:
        lines = dict(line.rsplit(" ", 1) for line in client.get("/metrics").text.splitlines())
        name = 'cchc_stage_seconds_{}{{stage="{}"}}'
        return {s: (float(lines[name.format("count", s)]), float(lines[name.format("sum", s)])) for s in STAGES}

    before = seconds()
    elapsed = [ask(client, q)["elapsed_ms"] for q in ("Có mấy TTHC cấp xã nhỉ?", "Sở Nội vụ đã tham mưu những gì?")]
    after = seconds()
    assert all(after[stage][0] - before[stage][0] in (1, 2) for stage in STAGES)
    assert 0 < sum(after[s][1] - before[s][1] for s in STAGES) <= sum(elapsed) / 1000


def test_a_row_is_compared_as_that_row_however_many_are_named_alike(client: httpx.Client) -> None:
    rows = client.get("/v1/figures", params={"report_id": SEED_ID, "limit": 200}).json()["items"]
    for row in [row for row in rows if row["value_text"]][::7]:
        like = f"{SEED_ID}:{row['row']}"
        compared = client.get("/v1/figures/compare", params={"like": like}).json()
        own = next(cell["figure"] for cell in compared["cells"] if cell["report_id"] == SEED_ID)
        assert (own["row"], own["value_text"]) == (row["row"], row["value_text"])
        listed = client.get("/v1/figures", params={"like": like, "limit": 200}).json()["items"]
        there = [cell["figure"]["row"] for cell in compared["cells"] if cell["figure"]]
        assert [figure["row"] for figure in listed] == there
    assert client.get("/v1/figures/compare", params={"like": "khong-co:1"}).json()["indicator"] is None


def test_rows_of_a_file_without_pages_have_no_place(client: httpx.Client) -> None:
    assert client.get(f"/v1/reports/{SEED_ID}/places").json() == {"items": []}
