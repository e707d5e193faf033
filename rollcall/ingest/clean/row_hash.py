"""What makes two rows the same: a hash over their canonical text."""

import hashlib

import pyarrow as pa
import pyarrow.compute as pc

from rollcall.contracts.model import Contract

_APART = pa.scalar("\x1f", pa.string())


def row_hashes(clean: pa.Table, contract: Contract) -> pa.Array:
    """MD5 of each row of a clean table, over the contract's columns and the states beside them, as 32 hex digits.

    Line numbers and keys are left out: those say where a row stood, these follow from its text. Blank is ''.
    """
    names = [column.name for column in contract.columns]
    names += [name for name, _ in contract.companions if name.endswith("_state")]
    cells = [clean.column(name).combine_chunks().cast(pa.string()) for name in names]
    texts = pc.binary_join_element_wise(*cells, _APART, null_handling="replace", null_replacement="")
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    return pa.array([hashlib.md5(text).hexdigest() for text in texts.cast(pa.binary()).to_pylist()], pa.string())
