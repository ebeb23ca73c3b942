"""Signing in with an account, through a real OpenID exchange with a provider on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, WebSocket, expect

from tests.browser.chat import ask
from tests.browser.conftest import Running, new_context
from tests.browser.provider import CLIENT_ID, CLIENT_SECRET, Provider, provider
from tests.running import free_port

READER = {"sub": "1", "name": "Lò Thị Bình", "email": "binh@example.gov.vn", "email_verified": True}
OPERATOR = {"sub": "2", "name": "Cầm Văn An", "email": "An@example.gov.vn", "email_verified": True}
PRETENDER = {"sub": "3", "name": "Cầm Văn An", "email": "an@example.gov.vn", "email_verified": False}


@dataclass(frozen=True)
class Guarded:
    """A chat that asks for an account."""

    running: Running
    provider: Provider

    @property
    def url(self) -> str:
        return self.running.url


@pytest.fixture(scope="module")
def guarded(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    data = tmp_path_factory.mktemp("guarded")
    chat = Running(data, running.api_port, free_port())
    with provider(free_port()) as accounts:
        (data / "ui").mkdir()
        (data / "ui" / "secrets.toml").write_text(_secrets(chat, accounts, running.operator_key), encoding="utf-8")
        try:
            chat.start("ui")
            yield Guarded(chat, accounts)
        finally:
            chat.stop("ui")


def _secrets(chat: Running, accounts: Provider, key: str) -> str:
    return f"""
[auth]
redirect_uri = "{chat.url}/oauth2callback"
cookie_secret = "mot-bi-mat-dai-de-ky-cookie"
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "{accounts.url}/.well-known/openid-configuration"

[cchc]
operators = ["an@example.gov.vn"]
operator_key = "{key}"
"""


@pytest.fixture
def visitor(chromium: Browser, guarded: Guarded) -> Iterator[BrowserContext]:
    context = new_context(chromium, guarded.url)
    yield context
    context.close()


def _sign_in(page: Page, guarded: Guarded, person: dict[str, object]) -> None:
    guarded.provider.person = person
    page.goto("/")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("textbox", name="Hỏi về số liệu")).to_be_visible()


def test_nothing_is_shown_or_handed_out_before_signing_in(visitor: BrowserContext, guarded: Guarded) -> None:
    page = visitor.new_page()
    for path in ("/", "/so-lieu", "/bao-cao"):
        page.goto(path)
        expect(page.get_by_role("button", name="Đăng nhập")).to_be_visible()
        expect(page.get_by_role("textbox")).to_have_count(0)
        expect(page.locator("table, .stExpander")).to_have_count(0)
    for file in ("so-lieu.csv", "so-lieu.xlsx", "bao-cao/x", "hoi-dap/x.docx", "bao-cao/x/trang/1.png"):
        forged = {"_streamlit_user": "InsnaXNzJzogJ2VtJ30i.Zx.aaaa"}
        for cookies in ({}, forged):
            answer = httpx.get(f"{guarded.url}/tep/{file}", cookies=cookies, trust_env=False)
            assert answer.status_code == 401, file


def test_a_reader_keeps_conversations_in_every_browser_and_is_no_operator(
    visitor: BrowserContext, chromium: Browser, guarded: Guarded
) -> None:
    page = visitor.new_page()
    _sign_in(page, guarded, READER)
    expect(page.locator(".st-key-account")).to_contain_text("Lò Thị Bình")
    ask(page, "Số TTHC cấp huyện đang có hiệu lực?")
    assert page.request.get("/tep/so-lieu.csv").ok
    page.goto("/bao-cao")
    expect(page.get_by_text("203/BC-UBND").first).to_be_visible()
    expect(page.get_by_role("button", name="Dành cho người điều hành")).to_have_count(0)
    expect(page.get_by_role("button", name="Lập lại chỉ mục")).to_have_count(0)

    elsewhere = new_context(chromium, guarded.url)
    try:
        other = elsewhere.new_page()
        _sign_in(other, guarded, READER)
        conversation = other.get_by_test_id("stSidebar").get_by_role("button", name="Số TTHC cấp huyện")
        expect(conversation).to_be_visible()
        # The page knows nobody any more before the browser has fetched the address that takes the cookie.
        with other.expect_response(lambda response: response.url.endswith("/auth/logout")):
            other.get_by_role("button", name="Đăng xuất").click()
        expect(other.get_by_role("button", name="Đăng nhập")).to_be_visible()
        assert other.request.get("/tep/so-lieu.csv").status == 401
    finally:
        elsewhere.close()


def test_an_operators_account_acts_with_a_key_that_the_browser_never_gets(
    visitor: BrowserContext, guarded: Guarded, running: Running
) -> None:
    page = visitor.new_page()
    received: list[bytes] = []
    page.on("websocket", lambda socket: _listen(socket, received))
    page.on("response", lambda response: received.append(str(response.headers).encode()))
    _sign_in(page, guarded, OPERATOR)
    page.get_by_role("link", name="Báo cáo").click()
    expect(page.get_by_role("button", name="Lập lại chỉ mục")).to_be_visible()
    page.get_by_text("Lịch sử công việc").click()
    expect(page.get_by_role("cell", name="Xong").first).to_be_visible()
    seen = b"".join(received) + page.content().encode() + str(visitor.storage_state()).encode()
    assert received
    for secret in (running.operator_key, CLIENT_SECRET, "mot-bi-mat-dai"):
        assert secret.encode() not in seen


def test_an_address_that_the_provider_has_not_verified_makes_no_operator(
    visitor: BrowserContext, guarded: Guarded
) -> None:
    page = visitor.new_page()
    _sign_in(page, guarded, PRETENDER)
    page.get_by_role("link", name="Báo cáo").click()
    expect(page.get_by_text("203/BC-UBND").first).to_be_visible()
    expect(page.get_by_role("button", name="Lập lại chỉ mục")).to_have_count(0)


def _listen(socket: WebSocket, received: list[bytes]) -> None:
    socket.on("framereceived", lambda frame: received.append(frame if isinstance(frame, bytes) else frame.encode()))
