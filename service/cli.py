"""`cchc`, the command line. What a command needs is imported when it is called, so that `--help` is instant."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from service.settings import Settings

app = typer.Typer(
    help="Trợ lý hỏi đáp trên các báo cáo cải cách hành chính. Cấu hình bằng biến môi trường CCHC_…",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
keys_app = typer.Typer(help="Khóa API: tạo, liệt kê, thu hồi.", no_args_is_help=True)
app.add_typer(keys_app, name="keys")


def main() -> None:
    from service.database import DatabaseUnusable

    try:
        app()
    except DatabaseUnusable as error:
        typer.echo(str(error), err=True)
        raise SystemExit(1) from None


@app.command()
def serve() -> None:
    """Chạy dịch vụ API."""
    from service.commands.serve import serve

    serve(_settings())


@app.command("mcp")
def serve_mcp(
    url: Annotated[str | None, typer.Option(envvar="CCHC_API_URL", help="Địa chỉ dịch vụ API.")] = None,
    key: Annotated[str | None, typer.Option(envvar="CCHC_API_KEY", help="Khóa API.")] = None,
) -> None:
    """Nối một trợ lý (MCP qua stdio) với dịch vụ API đang chạy."""
    from service.commands.asking import own_key
    from service.commands.mcp import run

    settings = _settings()
    run(url or settings.api_url, key or (own_key(settings) if url is None else None), local=url is None)


@app.command()
def ui() -> None:
    """Chạy trang chat (cần dịch vụ API đang chạy)."""
    from service.commands.up import run_ui

    run_ui(_settings())


@app.command()
def up() -> None:
    """Lập chỉ mục nếu chưa có, rồi chạy cả API và trang chat; Ctrl-C dừng cả hai."""
    from service.commands.up import up

    up(_settings())


@app.command("build-encoder")
def build_encoder() -> None:
    """Dựng bộ mã hóa mặc định (một lần, khi cài đặt)."""
    import os
    import sys

    settings = _settings()
    os.environ["CCHC_DATA"] = str(settings.data)
    os.execv(sys.executable, [sys.executable, "-m", "index.encoder_build"])


@app.command()
def index(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[ĐƯỜNG_DẪN]…", help="Tệp hoặc thư mục báo cáo.")
    ] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Lập lại toàn bộ chỉ mục từ các báo cáo đã nạp.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Thay báo cáo cùng số, cùng cơ quan đã nạp.")] = False,
) -> None:
    """Nạp báo cáo vào chỉ mục; không nêu đường dẫn thì nạp các báo cáo mẫu."""
    from service.commands.indexing import index

    index(_settings(), paths or [], rebuild, replace)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(metavar="CÂU_HỎI")],
    as_json: Annotated[bool, typer.Option("--json", help="In nguyên câu trả lời của API.")] = False,
) -> None:
    """Hỏi một câu; in câu trả lời, số liệu và trích dẫn."""
    from service.commands.asking import ask

    ask(_settings(), question, as_json)


@app.command()
def reports() -> None:
    """Liệt kê các báo cáo đã nạp."""
    from service.commands.asking import reports

    reports(_settings())


@app.command("eval")
def evaluate(
    file: Annotated[Path | None, typer.Argument(metavar="[TỆP]", help="Câu hỏi có đáp án (JSONL).")] = None,
) -> None:
    """Chấm câu trả lời trên một bộ câu hỏi có đáp án."""
    from service.commands.evaluate import evaluate

    evaluate(_settings(), file)


@app.command("bench-retrieval")
def bench_retrieval(
    corpus: Annotated[Path, typer.Option("--corpus", help='Văn bản, mỗi dòng {"id", "text"} (JSONL).')],
    queries: Annotated[Path, typer.Option("--queries", help='Câu hỏi, mỗi dòng {"id", "text", "gold": […]} (JSONL).')],
) -> None:
    """Đo riêng khâu tìm đoạn văn (recall@1/5/10, MRR@10) trên một bộ văn bản bất kỳ."""
    from service.commands.bench_retrieval import bench_retrieval

    bench_retrieval(_settings(), corpus, queries)


@app.command()
def rollback(
    generation: Annotated[
        str | None, typer.Argument(metavar="[BẢN]", help="Tên bản chỉ mục; mặc định là bản trước.")
    ] = None,
) -> None:
    """Quay lại một bản chỉ mục trước."""
    from service.commands.upkeep import rollback

    rollback(_settings(), generation)


@app.command()
def purge() -> None:
    """Xóa hẳn tệp của các báo cáo đã xóa và các bản chỉ mục không còn dùng."""
    from service.commands.upkeep import purge

    purge(_settings())


@app.command()
def copy(
    source: Annotated[str, typer.Option("--from", metavar="NGUỒN", help="postgresql://… hoặc thư mục dữ liệu.")],
    target: Annotated[str, typer.Option("--to", metavar="ĐÍCH", help="postgresql://… hoặc thư mục dữ liệu.")],
) -> None:
    """Chép toàn bộ báo cáo và chỉ mục giữa thư mục dữ liệu và PostgreSQL; chép lại thì chỉ chép phần khác nhau."""
    from service.commands.copying import copy

    copy(_settings(), source, target)


@app.command()
def audit(
    last: Annotated[int, typer.Option("--last", "-n", min=1, help="Số mục gần nhất.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Mỗi dòng một đối tượng JSON.")] = False,
) -> None:
    """Xem ai đã thay đổi gì, khi nào."""
    from service.commands.upkeep import audit

    audit(_settings(), last, as_json)


@app.command()
def doctor() -> None:
    """Kiểm tra cài đặt, đĩa, OCR, chỉ mục, khóa; nói việc cần làm."""
    from service.commands.doctor import doctor

    doctor(_settings())


@app.command()
def backup(file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp sao lưu (.tar.gz) sẽ được ghi.")]) -> None:
    """Sao lưu báo cáo, chỉ mục và cơ sở dữ liệu; dịch vụ vẫn chạy."""
    from service.commands.upkeep import backup

    backup(_settings(), file)


@app.command()
def restore(file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp do `cchc backup` ghi.")]) -> None:
    """Khôi phục từ bản sao lưu; dịch vụ vẫn chạy."""
    from service.commands.upkeep import restore

    restore(_settings(), file)


@keys_app.command("create")
def keys_create(
    name: Annotated[str, typer.Argument(metavar="TÊN", help="Ai hoặc ứng dụng nào dùng khóa.")],
    role: Annotated[
        str, typer.Option("--role", help="reader (hỏi, xem) hoặc operator (thêm, xóa báo cáo).")
    ] = "reader",
) -> None:
    """Tạo một khóa; khóa chỉ hiện ra một lần."""
    from service.commands.keys import create

    create(_settings(), name, role)


@keys_app.command("list")
def keys_list() -> None:
    """Liệt kê các khóa (không hiện khóa)."""
    from service.commands.keys import show

    show(_settings())


@keys_app.command("revoke")
def keys_revoke(name: Annotated[str, typer.Argument(metavar="TÊN_HOẶC_MÃ")]) -> None:
    """Thu hồi một khóa, có hiệu lực ngay."""
    from service.commands.keys import revoke

    revoke(_settings(), name)


def _settings() -> Settings:
    from service.logging import quiet_logging
    from service.settings import SettingsError, load_settings

    quiet_logging()
    try:
        return load_settings()
    except SettingsError as error:
        typer.echo("\n".join(error.sentences), err=True)
        raise typer.Exit(2) from None


if __name__ == "__main__":
    main()
