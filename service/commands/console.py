"""Speaking to whoever sits at the terminal. What comes from reports is shown as text, never as markup."""

from __future__ import annotations

import getpass
from typing import NoReturn

import typer
from rich.console import Console

from service.audit import Actor

console = Console(markup=False, highlight=False)
errors = Console(stderr=True, markup=False, highlight=False)


def fail(sentence: str) -> NoReturn:
    """End with one sentence on standard error."""
    errors.print(sentence, soft_wrap=True)
    raise typer.Exit(1)


def local_actor() -> Actor:
    """The account at this terminal, for the audit log."""
    try:
        return Actor(f"cli:{getpass.getuser()}")
    except (KeyError, OSError):
        return Actor("cli")
