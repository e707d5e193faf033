"""How a sender writes its files: container, encoding, header wording, code and date style, what it adds
around."""

from dataclasses import dataclass, replace

import numpy as np

from rollcall.simulate.columns import dice

CONTAINERS = (
    "csv",
    "xlsx",
    "csv",
    "tsv_xls",
    "csv",
    "csv_gz",
    "xls",
    "csv",
    "xlsx",
    "zip",
    "html_xls",
    "csv",
)
ENCODINGS = ("gb18030", "utf-8-sig", "utf-8", "gb18030")
HEADERS = ("plain", "plain", "alias", "star", "spaces", "wide_brackets")
CODE_STYLES = ("name", "code", "both", "name")
DATE_STYLES = ("dashes", "digits", "slashes", "chinese", "serial")
XLS_ROWS = 500  # the only writer of real XLS is slow
SPREADSHEET_ROWS = 3_000  # beyond this people export text
SPREADSHEETS = ("xlsx", "xls", "html_xls")


@dataclass(frozen=True)
class Habit:
    """One sender's way. `n_instructions`: rows above the header. `is_wide`: the export's useless columns
    are there."""

    container: str = "csv"
    encoding: str = "utf-8"
    header: str = "plain"
    code_style: str = "name"
    date_style: str = "dashes"
    flag_style: str = "name"
    n_instructions: int = 0
    has_totals: bool = False
    has_manifest: bool = True
    is_wide: bool = False
    has_two_row_header: bool = False
    has_hidden_sheet: bool = False
    is_sloppy: bool = False  # apostrophes, full-width digits, lower-case x, stray blanks
    lateness: int = 0  # hours added to every receipt

    def at_size(self, n_rows: int) -> "Habit":
        """The same sender with a file of so many rows: large tables leave as text, without decoration."""
        if n_rows <= (XLS_ROWS if self.container == "xls" else SPREADSHEET_ROWS):
            return self
        container = "csv" if self.container in SPREADSHEETS else self.container
        return replace(
            self,
            container=container,
            encoding="gb18030" if container != self.container else self.encoding,
            has_two_row_header=False,
            has_hidden_sheet=False,
        )


OFFICE = Habit(container="csv", encoding="utf-8", code_style="code")


def habits_of_units(n: int, seed: int) -> list[Habit]:
    """One habit for each unit; every way occurs among the 41."""
    rng = dice(seed, "habits")

    def deal(ways: tuple) -> list:
        return [ways[place] for place in rng.permutation(np.arange(n) % len(ways))]

    containers = deal(CONTAINERS)
    encodings, headers, codes, dates = deal(ENCODINGS), deal(HEADERS), deal(CODE_STYLES), deal(DATE_STYLES)
    instructions, totals, manifests = (
        deal((0, 0, 1, 2)),
        deal((True, False, False)),
        deal((True, True, True, False)),
    )
    wide, sloppy, late = deal((False, True, False)), deal((False, False, True)), deal((0, 0, 0, 2, 5))
    two_rows, hidden = deal((False, True)), deal((True, False, False))
    return [
        Habit(
            container=containers[unit],
            encoding=encodings[unit] if containers[unit] not in ("tsv_xls", "html_xls") else "gb18030",
            header=headers[unit],
            code_style=codes[unit],
            date_style=dates[unit],
            flag_style="digit" if codes[unit] == "code" else "name",
            n_instructions=instructions[unit],
            has_totals=totals[unit],
            has_manifest=manifests[unit],
            is_wide=wide[unit],
            has_two_row_header=two_rows[unit] and containers[unit] == "xlsx",
            has_hidden_sheet=hidden[unit] and containers[unit] == "xlsx",
            is_sloppy=sloppy[unit],
            lateness=late[unit],
        )
        for unit in range(n)
    ]


def habit_of_police(district: int) -> Habit:
    """The police export text from one system; only its age differs from district to district."""
    return Habit(
        container=("csv", "csv_gz", "csv", "zip")[district % 4],
        encoding=ENCODINGS[district % 4],
        code_style=("code", "name")[district % 2],
        date_style=DATE_STYLES[district % 4],
    )


OFFICES = {
    "platform": OFFICE,
    "municipality": Habit(container="xlsx", code_style="name"),
    "welfare": Habit(container="csv", encoding="gb18030", code_style="name", date_style="digits"),
}
