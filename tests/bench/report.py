"""The tables of `make bench`."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from index.encoder import OnnxEncoder
from index.generation import Generation, open_current
from index.publish import current
from service.context import Context
from service.engine import Engine
from service.evaluation import Evaluation, read_golds
from service.schemas import Answer, Filters
from tests.bench import growth, latency, peer, questions
from tests.bench.client import closed_loop
from tests.bench.corpus import write
from tests.running import SEED, Service, report_id

SETS = Path(__file__).parents[1] / "eval"
_FRESH = 600  # questions that were not asked before, at most, for each measurement of load


class Bench:
    """Measures one corpus as it grows. Every table is printed as soon as it is known."""

    def __init__(self, console: Console, encoder: OnnxEncoder, home: Path, clients: list[int], seconds: float) -> None:
        self._console = console
        self._encoder = encoder
        self._clients = clients
        self._seconds = seconds
        self.files = home / "files"
        self.data = home / "data"
        self.data.mkdir(parents=True, exist_ok=True)
        self._corpus = growth.Corpus(self.data, self.files, encoder)

    def size(self, reports: int) -> None:
        """Grow to so many reports and measure everything there."""
        self._console.rule(f"{reports} reports")
        self._build(reports)
        generation = open_current(self.data, self._encoder)
        self._latency(generation)
        self._quality(generation)
        self._worker()
        self._publish_one()
        self._load(generation)
        generation.close()

    def _build(self, reports: int) -> None:
        clock = self._corpus.grow(reports)
        generation = current(self.data) or ""
        sizes = growth.sizes_of(self.data, generation)
        table = Table("built in", "reading", "embedding", "texts embedded", "texts/s", "the rest", "generation", "kept of reports", title="Build", title_justify="left")  # fmt: skip
        table.add_row(
            f"{clock.total:.1f} s", f"{clock.reading:.1f} s", f"{clock.embedding:.1f} s", f"{clock.texts:,}",
            f"{clock.texts / clock.embedding:.1f}" if clock.embedding else "", f"{clock.rest:.1f} s",
            f"{sizes['generation']:.0f} MB", f"{sizes['kept'] + sizes['vectors']:.0f} MB",
        )  # fmt: skip
        self._console.print(table)

    def _latency(self, generation: Generation) -> None:
        seed = next(r for r in generation.reports() if r.metadata.number == "203/BC-UBND" and r.metadata.year == 2021)
        codes = dict.fromkeys(f.row.code for f in generation.rows(seed.id) if f.row.code and f.row.value.text)
        asked = {**questions.gold(), "code": questions.by_code([code for code in codes if code][:40])}
        if len(generation.reports()) > 9:  # the form's words again, of another report: the vector is known
            asked["figure again"] = [q.replace(", tỉnh Sơn La,", ", tỉnh Yên Bái,") for q in asked["figure"]]
        times = latency.measure(self.data, asked)
        table = Table("questions", "encoder p50", "ask p50", "of the encoder", title="Latency over HTTP", title_justify="left")  # fmt: skip
        for kind, (encoder, ask) in times.by_kind.items():
            table.add_row(f"{kind} ({len(asked[kind])})", f"{encoder:.1f} ms", f"{ask:.1f} ms", f"{ask / encoder:.2f}")
        self._console.print(table)
        prose = ("figure", "passage", "no_evidence")
        self._console.print(
            f"of the encoder: p50 {times.ratio_of(prose):.2f}; p95 {times.spread_of(prose):.2f} times p50"
            " (the gold questions, each asked once)"
        )
        self._console.print(
            "a question's time by stage: " + ", ".join(f"{k} {v:.2f} ms" for k, v in times.stages.items())
        )

    def _quality(self, generation: Generation) -> None:
        if len(generation.reports()) < 10:
            return
        engine = Engine(generation, self._encoder)
        asked = questions.of_first_reports()
        answers = [(q, engine.ask(q.question)[0]) for q in asked]
        stated = [(q, a.figures[0]) for q, a in answers if a.status == "answered" and a.figures]
        right_report = sum((f.report_number, f.year) == (q.number, q.year) for q, f in stated)
        exact = sum(f.value_text == q.value_text for q, f in stated)
        plans = [(fragment, engine.ask(q)[0].answer) for q, fragment in questions.plans()]
        self._console.print(
            f"fixed questions: {len(stated)} of {len(asked)} answered with a figure, right report {right_report}, "
            f"exact {exact}; prose facts {sum(fragment in said for fragment, said in plans)} of {len(plans)}"
        )

        self._picked(engine)

    def _picked(self, engine: Engine) -> None:
        """The sample report picked among all, as a reader does in the chat: figures of the test halves asked of it alone."""
        filters = Filters(report_ids=[report_id(SEED)])

        def ask(question: str, context: Context | None) -> tuple[Answer, Context]:
            return engine.ask(question, filters=filters, context=context)

        said = []
        for name in ("seed", "official", "personas", "hurried"):
            golds = [g for g in read_golds(SETS / f"{name}.jsonl", "test") if g["kind"] == "figure"]
            outcomes = Evaluation(ask, engine.generation.text).run(golds).outcomes["figure"]
            said.append(f"{name} {outcomes['exact']} of {len(golds)} ({outcomes['wrong']} wrong)")
        self._console.print(f"figures of the sample report, picked among all: {', '.join(said)}")

    def _worker(self) -> None:
        worker = growth.worker(self.data)
        self._console.print(
            f"a worker: /healthz after {worker.healthy:.1f} s, ready after {worker.ready:.1f} s, private "
            f"{worker.private:.0f} MB, shared {worker.shared:.0f} MB, torch {'loaded' if worker.torch else 'not loaded'}"
        )

    def _publish_one(self) -> None:
        clock = self._corpus.add_one()
        self._corpus.take_back()
        own = clock.reading + clock.embedding
        self._console.print(
            f"one new report: {clock.total:.2f} s, of them reading and embedding {own:.2f} s "
            f"({clock.texts} texts), the rest {clock.rest:.2f} s"
        )

    def _load(self, generation: Generation) -> None:
        table = Table("clients", "questions", "a second", "p50", "p95", "errors", title="Closed loop over HTTP", title_justify="left")  # fmt: skip
        fresh = list(questions.anywhere(generation.reports()))
        each = min(_FRESH, len(fresh) // len(self._clients))
        with Service(self.data, max_in_flight=256) as service:
            port = int(service.url.rpartition(":")[2])
            for at, clients in enumerate(self._clients):
                some = fresh[at * each : (at + 1) * each]
                for name, asked, again in (
                    ("never asked before", some, False),
                    ("50, again and again", some[:50], True),
                ):
                    load = closed_loop(port, asked, clients, self._seconds, again)
                    table.add_row(str(clients), name, f"{load.per_second:.0f}", f"{load.p50:.1f} ms", f"{load.p95:.1f} ms", str(load.errors))  # fmt: skip
        self._console.print(table)

    def peer(self) -> None:
        """The plain retriever on the sample report, and ours, in this process."""
        self._console.rule("the plain retriever, on the sample report")
        (report,) = write(self.files, 1)
        find = peer.retriever([report], self._encoder)
        engine = Engine(open_current(self.data, self._encoder), self._encoder)
        asked = questions.gold_figures()
        found = [(value, [d.page_content for d in find(q)]) for q, value in asked]
        ours = [(value, engine.ask(questions.here(q))[0]) for q, value in asked]
        stated = sum(bool(a.figures) and a.status == "answered" and a.figures[0].value_text == v for v, a in ours)
        wrong = sum(bool(a.figures) and a.status == "answered" and a.figures[0].value_text != v for v, a in ours)
        self._console.print(
            f"figures right: ours {stated} of {len(asked)} stated as asked ({wrong} wrong); the retriever's first chunk "
            f"holds it for {sum(v in chunks[0] for v, chunks in found)}, its first five for "
            f"{sum(any(v in c for c in chunks) for v, chunks in found)}"
        )
        table = Table("clients", "plain retriever", "ours, never asked before", "p50", "p50 of ours", title="In this process", title_justify="left")  # fmt: skip
        fresh = list(questions.anywhere(engine.generation.reports(), seed=1))
        each = min(_FRESH, len(fresh) // len(self._clients))
        for at, clients in enumerate(self._clients):
            some = fresh[at * each : (at + 1) * each]
            theirs = peer.closed_loop(find, some, clients, self._seconds)
            own = peer.closed_loop(engine.ask, some, clients, self._seconds)
            table.add_row(str(clients), f"{theirs.per_second:.0f}/s", f"{own.per_second:.0f}/s", f"{theirs.p50:.1f} ms", f"{own.p50:.1f} ms")  # fmt: skip
        self._console.print(table)
