"""Usage errors for a place or reason that does not exist: an empty list would look like good news."""

from collections.abc import Iterable

import typer


def check_sender(sender: str | None, feeds: Iterable[str]) -> None:
    """Whether anybody of that name sends one of these feeds."""
    from rollcall.contracts.load import contracts
    from rollcall.publish.expected import senders

    if sender is None:
        return
    known = {name for feed in feeds for name in senders(contracts()[feed].senders)}
    if sender not in known:
        _refuse("--sender", sender, "没有这样的报送方", "no such sender of these feeds", known)


def check_unit(unit: str | None) -> None:
    """Whether it is the code of an education unit."""
    from rollcall.publish.expected import senders

    if unit is not None and unit not in senders("units"):
        _refuse("--unit", unit, "没有这样的单位", "no such unit", senders("units"))


def check_owner(owner: str | None) -> None:
    """Whether alerts may be anybody's of that name."""
    from rollcall.alerts.words import is_known

    if owner is not None and not is_known(owner):
        known = ("500103", "police-500103", "platform", "municipality", "welfare", "data_engineer")
        _refuse("--owner", owner, "没有这样的责任方", "no such owner", known)


def check_reason(reason: str | None) -> None:
    """Whether pairs are ever in doubt for it."""
    from rollcall.identity.review.words import REASONS

    if reason is not None and reason not in REASONS:
        _refuse("--reason", reason, "没有这样的原因", "no such reason", REASONS)


def _refuse(option: str, value: str, zh: str, en: str, known: Iterable[str]) -> None:
    from difflib import get_close_matches

    known = sorted(known)
    shown = get_close_matches(value, known, 3) or known[:8]
    raise typer.BadParameter(f"{value}：{zh} · {en}。例如 for example: {', '.join(shown)}", param_hint=option)
