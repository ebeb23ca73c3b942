"""Who may do what, from a table of all routes; keys, limits, and where the service refuses to start."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import httpx
import pytest

from index.builder import Builder
from index.encoder import load_encoder
from tests.running import QUESTION, ROOT, SEED, Service, ask, cchc, environment, free_port, new_data
from tests.service.test_http_ask import sentence

Access = Literal["public", "reader", "operator"]

ROLES: dict[tuple[str, str], Access] = {
    ("POST", "/v1/ask"): "reader",
    ("POST", "/v1/ask/stream"): "reader",
    ("GET", "/v1/reports"): "reader",
    ("GET", "/v1/reports/{report_id}"): "reader",
    ("GET", "/v1/reports/{report_id}/text"): "reader",
    ("GET", "/v1/reports/{report_id}/source"): "reader",
    ("GET", "/v1/reports/{report_id}/checks"): "reader",
    ("GET", "/v1/reports/{report_id}/review"): "reader",
    ("GET", "/v1/reports/{report_id}/review/{row}/crop.png"): "reader",
    ("GET", "/v1/reports/{report_id}/pages/{number}.png"): "reader",
    ("PUT", "/v1/reports/{report_id}/review/{row}"): "operator",
    ("PATCH", "/v1/reports/{report_id}"): "operator",
    ("GET", "/v1/reports/{report_id}/places"): "reader",
    ("GET", "/v1/figures"): "reader",
    ("GET", "/v1/figures/compare"): "reader",
    ("GET", "/v1/figures.csv"): "reader",
    ("GET", "/v1/figures.xlsx"): "reader",
    ("POST", "/v1/feedback"): "reader",
    ("POST", "/v1/chat/completions"): "reader",
    ("GET", "/v1/models"): "reader",
    ("GET", "/v1/models/{model}"): "reader",
    ("POST", "/mcp"): "reader",
    ("GET", "/metrics"): "reader",
    ("POST", "/v1/reports"): "operator",
    ("DELETE", "/v1/reports/{report_id}"): "operator",
    ("POST", "/v1/reindex"): "operator",
    ("GET", "/v1/jobs"): "operator",
    ("GET", "/v1/jobs/{job_id}"): "operator",
    ("GET", "/v1/generations"): "operator",
    ("POST", "/v1/rollback"): "operator",
    ("GET", "/healthz"): "public",
    ("GET", "/readyz"): "public",
    ("GET", "/openapi.json"): "public",
    ("GET", "/widget"): "public",
    ("POST", "/widget"): "public",
}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, installed_data: Path) -> Iterator[Service]:
    """A service that asks everybody for a key, and lets nobody ask too often."""
    data = new_data(tmp_path_factory.mktemp("guarded"), installed_data)
    Builder(data, load_encoder(data, None)).add([SEED])
    with Service(data, require_key="true", rate_per_minute=600, docs="true") as running:
        yield running


def make_key(service: Service, name: str, role: str) -> str:
    made = cchc("keys", "create", name, "--role", role, env=environment(service.data))
    assert made.returncode == 0, made.stderr
    return made.stdout.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def reader_key(guarded: Service) -> str:
    return make_key(guarded, "cổng thông tin", "reader")


def test_no_page_for_other_sites_unless_one_is_named(guarded: Service) -> None:
    with guarded.client() as client:
        assert client.get("/widget").status_code == 404
        assert client.post("/widget", data={"question": QUESTION}).status_code == 404


def request(client: httpx.Client, method: str, path: str) -> int:
    body = {"question": QUESTION} if "/ask" in path else {"conversation_id": "x", "rating": "up"}
    options = {"json": body} if method == "POST" and path in ("/v1/ask", "/v1/ask/stream", "/v1/feedback") else {}
    filled = re.sub(r"\{\w+\}", "1", path)
    while (response := client.request(method, filled, **options)).status_code == 429:
        time.sleep(float(response.headers["Retry-After"]))
    return response.status_code


ROUTES_OF_THE_APPLICATION = """
import json
from service.app import create_app

def found(routes):
    for route in routes:
        if included := getattr(route, "original_router", None):
            yield from found(included.routes)
        else:
            yield route.path, sorted(getattr(route, "methods", None) or ["*"])

print(json.dumps(list(found(create_app().routes))))
"""


def test_the_table_knows_every_route(tmp_path: Path) -> None:
    """Those that the OpenAPI document leaves out, too, and what is mounted."""
    said = subprocess.run(
        [sys.executable, "-c", ROUTES_OF_THE_APPLICATION],
        env=environment(tmp_path), cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    routes = {(method, path) for path, methods in json.loads(said.stdout) for method in methods}
    assert {(method, path) for method, path in routes if method != "HEAD"} == set(ROLES)


@pytest.mark.parametrize(("method", "path"), ROLES)
def test_each_route_asks_for_its_role(guarded: Service, reader_key: str, method: str, path: str) -> None:
    access = ROLES[method, path]
    with guarded.client() as nobody, guarded.client("cchc_wrong") as wrong:
        assert (request(nobody, method, path) == 401) == (access != "public")
        assert (request(wrong, method, path) == 401) == (access != "public")
    with guarded.client(reader_key) as reader, guarded.operator() as operator:
        assert (request(reader, method, path) == 403) == (access == "operator")
        assert request(operator, method, path) not in (401, 403)


def test_the_document_says_which_routes_need_a_key(guarded: Service, service: Service) -> None:
    for running, protected in ((guarded, {"reader", "operator"}), (service, {"operator"})):
        with running.client() as client:
            document = client.get("/openapi.json").json()
        for (method, path), access in ROLES.items():
            if path not in document["paths"]:
                continue
            assert bool(document["paths"][path][method.lower()].get("security")) == (access in protected), (
                method,
                path,
            )


def test_the_page_about_the_api_comes_from_this_server_alone(guarded: Service) -> None:
    with guarded.client() as client:
        shown, document = client.get("/docs"), client.get("/openapi.json").json()
    assert all(
        f"{method.upper()} {path}" in shown.text for path, methods in document["paths"].items() for method in methods
    )
    assert "<script" not in shown.text
    assert set(re.findall(r'(?:href|src)="([^"]*)"', shown.text)) == {"/openapi.json"}
    (style,) = re.findall(r"<style>(.*?)</style>", shown.text, re.S)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in shown.headers["content-security-policy"]


def test_on_this_machine_questions_need_no_key_but_changes_do(service: Service) -> None:
    with service.client() as client:
        assert ask(client)["status"] == "answered"
        sentence(client.post("/v1/reindex"), 401, "unauthorized")
    with service.client("cchc_wrong") as client:
        sentence(client.post("/v1/ask", json={"question": QUESTION}), 401, "unauthorized")


def test_a_revoked_key_is_refused_at_once(guarded: Service) -> None:
    key = make_key(guarded, "tạm", "reader")
    with guarded.client(key) as client:
        assert client.get("/v1/reports").status_code == 200
        assert cchc("keys", "revoke", "tạm", env=environment(guarded.data)).returncode == 0
        sentence(client.get("/v1/reports"), 401, "unauthorized")
    listed = cchc("keys", "list", env=environment(guarded.data)).stdout
    assert "tạm" in listed and key not in listed


def test_keys_are_kept_as_hashes_and_the_operators_file_is_its_owners(guarded: Service, reader_key: str) -> None:
    assert stat.S_IMODE((guarded.data / "operator.key").stat().st_mode) == 0o600
    stored = (guarded.data / "service.sqlite").read_bytes()
    assert reader_key.encode() not in stored and guarded.key.encode() not in stored


def test_who_asks_too_often_is_told_how_long_to_wait(guarded: Service) -> None:
    key = make_key(guarded, "vội", "reader")
    with guarded.client(key) as client:
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: client.get("/v1/reports"), range(200)))
        refused = [r for r in answers if r.status_code == 429]
        assert refused and {r.status_code for r in answers} == {200, 429}
        assert sum(r.status_code == 200 for r in answers) >= 100
        sentence(refused[0], 429, "too_many_requests")
        time.sleep(float(refused[0].headers["Retry-After"]))
        assert client.get("/v1/reports").status_code == 200
    with guarded.client(make_key(guarded, "khác", "reader")) as other:
        assert other.get("/v1/reports").status_code == 200


def test_more_questions_than_it_can_hold_are_turned_away(
    tmp_path: Path, guarded: Service, installed_data: Path
) -> None:
    data = new_data(tmp_path / "data", installed_data)
    (data / "generations").symlink_to(guarded.data / "generations")
    with Service(data, max_in_flight=1, threads=1) as narrow, narrow.client() as client, ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: client.post("/v1/ask", json={"question": f"{QUESTION} {n}"}), range(48)))
        busy = [r for r in answers if r.status_code == 503]
        assert busy and {r.status_code for r in answers} == {200, 503}
        assert busy[0].headers["Retry-After"]
        sentence(busy[0], 503, "not_ready")
        assert ask(client)["status"] == "answered"


def test_other_machines_are_not_let_in_without_keys(tmp_path: Path, installed_data: Path) -> None:
    data = new_data(tmp_path / "data", installed_data)
    refused = cchc("serve", env=environment(data, host="0.0.0.0", port=free_port()))
    assert refused.returncode == 1
    assert "cchc keys create" in refused.stderr and "Traceback" not in refused.stderr


def test_with_a_key_made_other_machines_are_asked_for_it(tmp_path: Path, installed_data: Path) -> None:
    data = new_data(tmp_path / "data", installed_data)
    key = cchc("keys", "create", "x", env=environment(data)).stdout.strip().splitlines()[-1]
    with Service(data, wait=False, host="0.0.0.0") as open_to_all:
        with open_to_all.client() as client:
            sentence(client.get("/v1/reports"), 401, "unauthorized")
        with open_to_all.client(key) as client:
            sentence(client.get("/v1/reports"), 503, "not_ready")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("port", "abc"),
        ("port", "0"),
        ("workers", "0"),
        ("require_key", "maybe"),
        ("cors_origins", "*"),
        ("threads", "x"),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_sentence(tmp_path: Path, setting: str, value: str) -> None:
    refused = cchc("serve", env=environment(tmp_path, **{setting: value}))
    assert refused.returncode == 2
    (said,) = refused.stderr.strip().splitlines()
    assert said.startswith(f"CCHC_{setting.upper()} phải là ") and value in said


def test_a_page_of_a_site_that_was_named_may_ask_with_the_headers_of_other_clients(
    tmp_path: Path, installed_data: Path
) -> None:
    """OpenAI's client and MCP's send headers of their own, for which a browser asks beforehand."""
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,x-stainless-lang"}
    with (
        Service(
            new_data(tmp_path / "data", installed_data), wait=False, cors_origins="https://cong.example.vn"
        ) as named,
        named.client() as client,
    ):
        allowed = client.options("/v1/chat/completions", headers={**asks, "Origin": "https://cong.example.vn"})
        assert allowed.status_code == 200
        assert "x-stainless-lang" in allowed.headers["access-control-allow-headers"]
        other = client.options("/v1/chat/completions", headers={**asks, "Origin": "https://example.com"})
        assert "access-control-allow-origin" not in other.headers


def test_a_setting_that_there_is_not_is_one_sentence(tmp_path: Path) -> None:
    refused = cchc("serve", env=environment(tmp_path, require_keys="true"))
    assert refused.returncode == 2
    assert refused.stderr.strip() == "CCHC_REQUIRE_KEYS không phải là một cấu hình; có phải là CCHC_REQUIRE_KEY?"


def test_a_taken_port_is_one_sentence(service: Service, tmp_path: Path, installed_data: Path) -> None:
    data = new_data(tmp_path / "data", installed_data)
    port = service.url.rsplit(":", 1)[1]
    for command in ("serve", "up"):
        refused = cchc(command, env=environment(data, port=port, ui_port=free_port()))
        assert refused.returncode == 1
        (said,) = refused.stderr.strip().splitlines()
        assert port in said and "CCHC_PORT" in said
