"""The pseudonym of a resident ID number, the one that filing gives it."""

import pyarrow as pa

from rollcall.ingest.clean.identity import keys
from rollcall.warehouse.secrets import secret


def number_keys(numbers: pa.Array) -> pa.Array:
    """32 hex digits for each canonical number, as `id_number_key` of history has it."""
    return keys(numbers, "id_number", bytes.fromhex(secret("pseudonym.key")))
