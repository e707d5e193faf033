"""Spoil a sheet on purpose: single rows that the gate must reject, or a whole file that it must refuse."""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from rollcall.simulate.ids import check_ok
from rollcall.simulate.render import Sheet

# Kind of planted row -> columns it may befall, the first that the sheet has.
ROW_KINDS = {
    "number_destroyed": ("id_number",),
    "number_destroyed_bare": ("id_number",),
    "number_destroyed_spaced": ("id_number",),
    "number_cut": ("id_number",),
    "account_destroyed": ("account_hash",),
    "code_unknown": ("study_mode", "absence_kind", "register_kind", "channel", "placement_kind"),
    "key_conflict": ("class_no", "guardian_name", "amount_fen"),
    "row_repeated": ("name",),
    "roll_number_shape": ("roll_number",),
    "school_unknown": ("school_code",),
    "date_unreadable": ("birth_on", "paid_on"),
    "birth_out_of_range": ("birth_on",),
    "required_missing": ("name",),
    "counts_do_not_add_up": ("n_present",),
}
CUT = "500908201003051000"


def plant_rows(
    sheet: Sheet, kinds: list[str], free: np.ndarray, rng: np.random.Generator
) -> tuple[Sheet, list[tuple[int, str]]]:
    """Spoil one row for each kind (two for a conflict), only among `free` rows; return (row, kind) of each.

    A kind that the sheet has no column for is left out.
    """
    cells = {name: sheet.cells[sheet.place(name)].to_pylist() for name in sheet.names if name}
    extra: list[dict] = []
    planted: list[tuple[int, str]] = []
    targets = iter(rng.permutation(free).tolist())
    for kind in kinds:
        column = next((name for name in ROW_KINDS[kind] if name in cells), None)
        row = next(targets, None)
        if column is None or row is None:
            continue
        if kind in ("row_repeated", "key_conflict"):
            copy = {name: values[row] for name, values in cells.items()}
            if kind == "key_conflict":
                copy[column] = {"class_no": "99班", "guardian_name": "冉存疑", "amount_fen": "99999"}[column]
                planted.append((row, kind))
            planted.append((sheet.n_rows + len(extra), kind))
            extra.append(copy)
        else:
            cells[column][row] = _wrong(kind, cells[column][row])
            planted.append((row, kind))
    return _with(sheet, cells, extra), planted


def _wrong(kind: str, value: str) -> str:
    if kind == "number_cut":
        return _cut(value)
    if kind == "school_unknown":
        return "2150999999"
    if kind == "counts_do_not_add_up":
        return str(int(value) + 1)
    return {
        "number_destroyed": "5.00908E+17",
        "number_destroyed_bare": "5.00908E17",
        "number_destroyed_spaced": "5.00908 E+17",
        "account_destroyed": "6.22848E+18",
        "code_unknown": "8-不详",
        "roll_number_shape": value[:12],
        "date_unreadable": "2013年13月40日",
        "birth_out_of_range": "1913-05-02",
        "required_missing": "",
    }[kind]


def _cut(value: str) -> str:
    """The number with its last three digits lost; another one where the check digit would fit by chance."""
    cut = value[:15] + "000"
    is_number = len(value) == len(CUT) and cut.isascii() and cut.isdigit()
    return cut if is_number and not check_ok(np.array([cut.encode()])).any() else CUT


def _with(sheet: Sheet, cells: dict[str, list[str]], extra: list[dict]) -> Sheet:
    columns = []
    for name, old in zip(sheet.names, sheet.cells, strict=True):
        added = [copy[name] if name else "" for copy in extra]
        columns.append(
            pa.array(cells[name] + added, pa.string())
            if name
            else pa.concat_arrays([old.cast(pa.string()), pa.array(added, pa.string())])
        )
    return replace(sheet, cells=columns)


def first_rows(sheet: Sheet, n: int) -> Sheet:
    """The sheet cut after n rows."""
    return replace(sheet, cells=[cells.slice(0, n) for cells in sheet.cells])


def without_rows(sheet: Sheet, rows: np.ndarray) -> Sheet:
    """The sheet without these rows."""
    keep = pa.array(np.setdiff1d(np.arange(sheet.n_rows), rows))
    return replace(sheet, cells=[cells.take(keep) for cells in sheet.cells])


def without_column(sheet: Sheet, name: str) -> Sheet:
    """The sheet without one column."""
    place = sheet.place(name)
    return Sheet(
        *(values[:place] + values[place + 1 :] for values in (sheet.headers, sheet.names, sheet.cells, sheet.numeric))
    )


def with_column(sheet: Sheet, name: str, cells: list[str] | pa.Array) -> Sheet:
    """The sheet with other values in one column."""
    place = sheet.place(name)
    columns = list(sheet.cells)
    columns[place] = pa.array(cells, pa.string()) if isinstance(cells, list) else cells
    return replace(sheet, cells=columns)


def destroy_numbers(sheet: Sheet, name: str) -> Sheet:
    """Every number of a column as a spreadsheet shows it: 5.00908E+17."""
    return with_column(
        sheet,
        name,
        [
            f"{int(text[:17]):.5E}" if text[:17].isdigit() else text
            for text in sheet.cells[sheet.place(name)].to_pylist()
        ],
    )


def change_some(sheet: Sheet, rng: np.random.Generator) -> Sheet:
    """Another version of the same sheet: telephones, reasons or school names differ, else a row is missing."""
    texts = ("guardian_phone", "reason", "school_name", "subject", "approval_no", "village")
    name = next((name for name in texts if name in sheet.names), None)
    if name is None or not sheet.n_rows:
        return first_rows(sheet, max(1, sheet.n_rows - 1))
    cells = sheet.cells[sheet.place(name)].to_pylist()
    for row in rng.choice(len(cells), min(5, len(cells)), replace=False):
        cells[row] = {"guardian_phone": "12000000000", "school_name": f"{cells[row]}更正前"}.get(name, "更正前")
    return with_column(sheet, name, cells)
