"""Clean a delivery's rows: canonical text, pseudonym keys, state of identity numbers. Nothing is repaired."""

from rollcall.ingest.clean.row_hash import row_hashes
from rollcall.ingest.clean.table import clean_table

__all__ = ["clean_table", "row_hashes"]
