"""Clean a whole delivery: column by column, each different value once."""

import pyarrow as pa
import pyarrow.compute as pc

from rollcall.contracts.model import Column, Contract
from rollcall.ingest.clean.identity import keys, secret_keys, states
from rollcall.ingest.clean.kinds import canonical_pattern, cleaner


def clean_table(table: pa.Table, contract: Contract, hmac_key: bytes) -> pa.Table:
    """Canonical text of a delivery's raw `table`, with companions.

    Columns: `line`, every column of the contract (string; blank is null, what cannot be read stays as it came
    but for blanks around it), then the contract's companions (`<col>_key` 32 hex digits, `<col>_state`).
    Columns of kind secret are keys themselves, but for numbers that a spreadsheet destroyed. A column that
    `table` lacks is null throughout.
    """
    n = table.num_rows
    found: dict[str, pa.Array] = {"line": _whole(table.column("line"))}
    for column in contract.columns:
        raw = _whole(table.column(column.name)) if column.name in table.column_names else pa.nulls(n, pa.string())
        found[column.name] = clean_column(raw, column, hmac_key)
    id_type = next((found[column.name] for column in contract.columns if column.codes == "id_type"), None)
    for column in contract.columns:
        values = found[column.name]
        for name, _ in column.companions:
            is_key = name.endswith("_key")
            found[name] = keys(values, column.kind, hmac_key) if is_key else states(values, id_type)
    return pa.table(found)


def clean_column(raw: pa.Array, column: Column, hmac_key: bytes) -> pa.Array:
    """One column's canonical text; blank is null."""
    if len(raw) == raw.null_count:
        return pa.nulls(len(raw), pa.string())
    pattern = canonical_pattern(column)
    cleaned = _clean_odd(raw, pattern, column) if pattern else _clean_distinct(raw, column)
    cleaned = pc.if_else(pc.equal(cleaned, ""), pa.scalar(None, pa.string()), cleaned)
    return secret_keys(cleaned, hmac_key) if column.kind == "secret" else cleaned


def _clean_odd(raw: pa.Array, pattern: str, column: Column) -> pa.Array:
    odd = pc.fill_null(pc.invert(pc.match_substring_regex(raw, pattern)), False)
    if not pc.any(odd).as_py():
        return raw
    return pc.replace_with_mask(raw, odd, _clean_distinct(raw.filter(odd), column))


def _clean_distinct(raw: pa.Array, column: Column) -> pa.Array:
    clean = cleaner(column)
    encoded = raw.dictionary_encode()
    values = [clean(value) for value in encoded.dictionary.to_pylist()]
    return pa.array(values, pa.string()).take(encoded.indices)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks or [pa.array([], column.type)])
