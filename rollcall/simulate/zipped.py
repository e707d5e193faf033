"""Zip archives that are the same bytes each time: fixed times, fixed order."""

import io
import zipfile

FIXED_TIME = (2019, 9, 1, 0, 0, 0)


def zipped(members: dict[str, bytes]) -> bytes:
    """An archive of these members, in this order."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in members.items():
            member = zipfile.ZipInfo(name, FIXED_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, data)
    return sink.getvalue()
