"""Read a file as it arrived: container, encoding, header, rows. Nothing is guessed, nothing repaired."""

from rollcall.ingest.read.file import read_file
from rollcall.ingest.read.reading import Fault, Reading, ReadRefused

__all__ = ["Fault", "ReadRefused", "Reading", "read_file"]
