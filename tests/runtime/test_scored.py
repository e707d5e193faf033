"""The table that ends `make run` says plainly when a bar is broken."""

import pytest
from rich.console import Console

from rollcall.runtime.scored import BARS, score_table

FOUND = dict.fromkeys(BARS, 0) | {
    "deliveries": 689,
    "rotten": 18,
    "unaccounted": 94,
    "unaccounted_found_as_not_found": 35,
    "concealed": 24,
    "false_alarms_per_1000": 1.5,
}


def shown(found: dict) -> dict[str, str]:
    console = Console(width=100, force_terminal=True, color_system="standard")
    with console.capture() as capture:
        console.print(score_table(found))
    return {line.split("│")[1].strip(): line for line in capture.get().splitlines() if line.count("│") == 4}


def line_of(found: dict, words: str) -> str:
    (line,) = [line for name, line in shown(found).items() if words in name]
    return line


@pytest.mark.parametrize("name", BARS)
def test_a_broken_bar_is_red_and_a_kept_one_green(name):
    limit = BARS[name][2]
    assert "\x1b[32m" in line_of(FOUND | {name: limit}, BARS[name][1])
    broken = line_of(FOUND | {name: limit + 1}, BARS[name][1])
    assert "\x1b[1;31m" in broken and str(limit + 1) in broken


def test_unaccounted_children_are_told_by_the_status_they_stand_under():
    assert "35" in line_of(FOUND, "not found") and "94" in line_of(FOUND, "unaccounted for")
    assert "found nowhere" not in " ".join(shown(FOUND))
    nowhere = line_of(FOUND | {"unaccounted_found_as_no_status": 3}, "found nowhere")
    assert "\x1b[1;31m" in nowhere


def test_before_anything_is_published_nothing_is_claimed():
    told = line_of(dict.fromkeys(FOUND), BARS["unaccounted_in_school"][1])
    assert "—" in told and "\x1b[32m" not in told and "\x1b[1;31m" not in told
