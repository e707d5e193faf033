"""What a file really is, by its first bytes and never by its name; the one data file inside an archive."""

import gzip
import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from rollcall.ingest.read.reading import refuse

MAX_EXPANDED = 2 << 30
# Deflate cannot pack real tables tighter than about 60:1; far beyond that a small file is made to fill our
# memory.
MAX_RATIO, RATIO_FREE = 250, 100 << 20
_CHUNK = 1 << 20
_NOTHING = b"\x00 \t\r\n\xef\xbb\xbf"
_OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")
_JUNK = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_PDF_OR_IMAGE = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"SQLite format 3")


@dataclass(frozen=True)
class Content:
    """The bytes of the data file itself. `form`: text, xlsx or xls; `container`: e.g. `zip+text`, `xlsx`."""

    form: str
    data: bytes
    container: str


def open_container(path: Path) -> Content:
    """The data file at `path`, taken out of gzip or zip. Raises ReadRefused."""
    return _open(path.read_bytes(), outer=())


def _open(data: bytes, outer: tuple[str, ...]) -> Content:
    if not data[:4096].strip(_NOTHING) and not data.strip(_NOTHING):
        raise refuse("empty_file")
    if data.startswith(_OLE2):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise refuse("encrypted_file")
        return Content("xls", data, "+".join((*outer, "xls")))
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _open_zip(data, outer)
    if data.startswith(b"\x1f\x8b"):
        if outer:
            raise refuse("unreadable_container", found="+".join((*outer, "gzip")))
        return _open(_gunzip(data), outer=("gzip",))
    if data.startswith(_PDF_OR_IMAGE):
        raise refuse("unreadable_container", found="binary")
    return Content("text", data, "+".join((*outer, "text")))


def _open_zip(data: bytes, outer: tuple[str, ...]) -> Content:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [item for item in archive.infolist() if not item.is_dir()]
            if any(item.flag_bits & 1 for item in members):
                raise refuse("encrypted_file")
            names = {item.filename for item in members}
            if "xl/workbook.xml" in names:
                for item in members:
                    _inflate(archive, item, keep=False)
                return Content("xlsx", data, "+".join((*outer, "xlsx")))
            files = [item for item in members if not any(junk in item.filename for junk in _JUNK)]
            if not files:
                raise refuse("empty_file")
            if len(files) > 1:
                raise refuse("too_many_sheets", n=len(files))
            if outer or "[Content_Types].xml" in names:
                raise refuse("unreadable_container", found="+".join((*outer, "zip")))
            inner = _inflate(archive, files[0], keep=True)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        ValueError,
        RuntimeError,
    ) as error:
        raise refuse("unreadable_container", found="zip") from error
    return _open(inner, outer=("zip",))


def _inflate(archive: zipfile.ZipFile, item: zipfile.ZipInfo, keep: bool) -> bytes:
    """Read a member to its end, which checks its CRC and true size; `keep` says whether to hold the bytes."""
    kept, n_read = io.BytesIO(), 0
    with archive.open(item) as stream:
        while chunk := stream.read(_CHUNK):
            n_read += len(chunk)
            _check_size(n_read, item.compress_size)
            if keep:
                kept.write(chunk)
    return kept.getvalue()


def _gunzip(data: bytes) -> bytes:
    kept, n_read = io.BytesIO(), 0
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            while chunk := stream.read(_CHUNK):
                n_read += len(chunk)
                _check_size(n_read, len(data))
                kept.write(chunk)
    except (OSError, EOFError, zlib.error) as error:
        raise refuse("unreadable_container", found="gzip") from error
    return kept.getvalue()


def _check_size(n_expanded: int, n_packed: int) -> None:
    if n_expanded > MAX_EXPANDED or (n_expanded > RATIO_FREE and n_expanded > MAX_RATIO * max(n_packed, 1)):
        raise refuse("unreadable_container", found="archive too large")
