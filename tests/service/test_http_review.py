"""Recognised figures looked at and corrected, metadata set, pages drawn: over real HTTP, with a page of the real scan."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import pypdfium2
import pytest
from PIL import Image

from index.builder import Builder
from index.encoder import load_encoder
from service.audit import entries
from service.database import Database
from tests.corpus.samples import DATA
from tests.corpus.test_scan import SCAN, needs_ocr
from tests.running import SEED, Service, ask, finished, new_data, upload

QUESTION = "Số TTHC cấp huyện đang có hiệu lực là bao nhiêu?"
ROW = "Số TTHC cấp huyện:"


def pages_of(file: Path, *numbers: int) -> bytes:
    """Some pages of a PDF as a PDF."""
    buffer = io.BytesIO()
    with pypdfium2.PdfDocument(file) as source, pypdfium2.PdfDocument.new() as target:
        target.import_pages(source, [number - 1 for number in numbers])
        target.save(buffer)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory, installed_data: Path) -> Iterator[Service]:
    """A service with one page of the scanned appendix, a digital PDF and a text that has no pages."""
    data = new_data(tmp_path_factory.mktemp("scans"), installed_data)
    digital = pages_of(DATA / "203-digital.pdf", 1, 17)
    Builder(data, load_encoder(data, None)).add([(pages_of(SCAN, 4), "phu-luc.pdf"), (digital, "bao-cao.pdf")])
    with Service(data) as running:
        yield running


@pytest.fixture
def operator(scans: Service) -> Iterator[httpx.Client]:
    with scans.operator() as client:
        yield client


def report_of(client: httpx.Client, form: str) -> dict[str, object]:
    return next(item for item in client.get("/v1/reports").json()["items"] if item["format"] == form)


@needs_ocr
def test_a_figure_is_reviewed(scans: Service, operator: httpx.Client) -> None:
    report_id = report_of(operator, "scan")["id"]
    only = {"filters": {"report_ids": [report_id]}}
    found = operator.get(f"/v1/reports/{report_id}/review").json()
    item = next(item for item in found["items"] if item["name"] == ROW)
    assert item["reasons"] and not item["reviewed"] and found["unreviewed"] == found["total"] < 30
    before = ask(operator, QUESTION, **only)
    assert before["figures"][0]["unreviewed"] and "chưa được kiểm tra lại" in before["answer"]
    crop = operator.get(item["crop"])
    assert crop.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(crop.content)) as picture:
        assert 50 < picture.width < 400 and 20 < picture.height < 200

    address = f"/v1/reports/{report_id}/review/{item['row']}"
    with scans.client() as reader:
        assert reader.put(address, json={"value_text": "1"}).status_code == 401
    corrected = operator.put(address, json={"value_text": " 236\n"}).raise_for_status().json()
    assert (corrected["value_text"], corrected["original_value_text"], corrected["corrected"]) == ("236", "235", True)

    for _ in range(2):  # and after the index was built anew
        answer = ask(operator, QUESTION, **only)
        figure = answer["figures"][0]
        assert (figure["value_text"], figure["value"], figure["unreviewed"]) == ("236", 236, False)
        assert (figure["corrected"], figure["original_value_text"]) == (True, "235")
        assert "**236**" in answer["answer"] and "đã được sửa khi đối chiếu" in answer["answer"]
        citation = next(c for c in answer["citations"] if c["id"] == figure["citation"])
        text = operator.get(f"/v1/reports/{report_id}/text").text
        assert text[citation["start"] : citation["end"]] == citation["quote"] and "\t236\t" in citation["quote"]
        assert citation["boxes"] and all(box["page"] == citation["page"] == 1 for box in citation["boxes"])
        listed = operator.get("/v1/figures", params={"q": "TTHC cấp huyện", "report_id": report_id}).json()["items"]
        assert [f["value_text"] for f in listed if f["name"] == ROW] == ["236"]
        failing = operator.get(f"/v1/reports/{report_id}/checks").json()["items"]
        assert any("1.342 + 236 + 118" in check["expression"] for check in failing if not check["holds"])
        job = operator.post("/v1/reindex").json()
        assert finished(operator, job["id"])["state"] == "done"
    exported = csv.DictReader(io.StringIO(operator.get("/v1/figures.csv").content.decode("utf-8-sig")))
    line = next(r for r in exported if r["Chỉ tiêu"] == ROW and r["Mã báo cáo"] == report_id)
    assert (line["Giá trị"], line["Kiểm tra"]) == ("236", "đã sửa, máy đọc: 235")

    confirmed = operator.put(address, json={"value_text": "235"}).raise_for_status().json()
    assert confirmed["reviewed"] and not confirmed["corrected"]
    answer = ask(operator, QUESTION, **only)
    assert not answer["figures"][0]["unreviewed"] and "bản quét" not in answer["answer"]
    database = Database(scans.data)
    logged = [e for e in entries(database, 10) if e.action == "figure.correct"]
    database.close()
    assert [(e.target, e.detail["after"]) for e in logged] == [(report_id, "235"), (report_id, "236")]
    assert logged[-1].actor == "operator.key" and logged[-1].detail["recognised"] == "235"


@needs_ocr
def test_what_was_typed_is_not_reviewed(operator: httpx.Client) -> None:
    report_id = report_of(operator, "pdf")["id"]
    assert operator.get(f"/v1/reports/{report_id}/review").json() == {"items": [], "total": 0, "unreviewed": 0}
    assert operator.put(f"/v1/reports/{report_id}/review/3", json={"value_text": "1"}).status_code == 422
    assert operator.put(f"/v1/reports/{report_id}/review/900", json={"value_text": "1"}).status_code == 404


@needs_ocr
def test_quotes_have_their_place_on_a_page(operator: httpx.Client) -> None:
    report_id = report_of(operator, "pdf")["id"]
    answer = ask(operator, QUESTION, filters={"report_ids": [report_id]})
    citation = answer["citations"][0]
    assert citation["page"] == 2 and {box["page"] for box in citation["boxes"]} == {2}
    page = operator.get(f"/v1/reports/{report_id}/pages/2.png")
    with Image.open(io.BytesIO(page.content)) as picture, pypdfium2.PdfDocument(DATA / "203-digital.pdf") as pdf:
        width, height = pdf[16].get_size()
        assert abs(picture.width / picture.height - width / height) < 0.01
        words = pdf[16].get_textpage()
        boxes = citation["boxes"]
        boxed = "".join(
            words.get_text_bounded(b["x0"] * width, (1 - b["y1"]) * height, b["x1"] * width, (1 - b["y0"]) * height)
            for b in boxes
        )
    assert "Số TTHC cấp huyện" in boxed and "235" in boxed and "118" not in boxed
    assert operator.get(f"/v1/reports/{report_id}/pages/3.png").status_code == 404


@needs_ocr
def test_what_a_file_does_not_say_is_asked_for_and_set(scans: Service, operator: httpx.Client) -> None:
    report = report_of(operator, "scan")
    address = f"/v1/reports/{report['id']}"
    asked = [warning for warning in report["warnings"] if "hãy điền" in warning]  # type: ignore[attr-defined]
    assert (report["number"], report["issuer"]) == (None, None) and len(asked) == 6
    described = {
        "number": "12 / bc-ubnd", "issuer": "Ủy ban nhân dân tỉnh Lào Cai", "year": 2022, "period": "Q1",
        "signed_on": "2022-03-20", "title": "Công tác cải cách hành chính quý I năm 2022",
    }  # fmt: skip
    with scans.client() as reader:
        assert reader.patch(address, json=described).status_code == 401
    assert operator.patch(address, json={}).status_code == 422
    assert operator.patch(address, json={"period": "Q7"}).status_code == 422
    said = operator.patch(address, json=described).raise_for_status().json()
    assert (said["number"], said["issuer"], said["period"]) == ("12/BC-UBND", "UBND tỉnh Lào Cai", "Q1")
    assert not [warning for warning in said["warnings"] if "hãy điền" in warning]
    answer = ask(operator, "Quý I năm 2022 Lào Cai có bao nhiêu TTHC cấp xã đang có hiệu lực?")
    assert answer["figures"][0]["value_text"] == "118" and answer["figures"][0]["report_number"] == "12/BC-UBND"

    twin = SEED.read_text().replace("203/BC-UBND", "12/BC-UBND").replace("Sơn La", "Lào Cai").replace("2021", "2022")
    path = scans.data / "twin.md"
    path.write_text(twin)
    refused = upload(operator, path)
    assert refused.status_code == 409 and refused.json()["error"]["detail"] == {"report_id": report["id"]}
    there = report_of(operator, "pdf")
    taken = operator.patch(address, json={k: there[k] for k in ("number", "issuer", "year", "signed_on")})
    assert taken.status_code == 409 and taken.json()["error"]["detail"] == {"report_id": there["id"]}

    replaced = upload(operator, path, replace="true").raise_for_status().json()
    assert finished(operator, replaced["id"])["state"] == "done"
    assert operator.get(address).status_code == 404, "the new version has taken its place"
    assert operator.get(f"/v1/reports/{replaced['report_id']}").json()["number"] == "12/BC-UBND"
