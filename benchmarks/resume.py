"""What a long check has measured so far, kept so that an interrupted one goes on where it stopped."""

import hashlib
import json
import subprocess
from pathlib import Path

_CODE = ("rollcall", "dbt_project", "contracts", "expectations")


def code() -> str:
    """Hash of what is measured, committed or not."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *_CODE],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    digest = hashlib.sha256()
    for name in sorted(set(filter(None, listed.split("\0")))):
        path = Path(name)
        digest.update(f"{name}\0".encode() + (path.read_bytes() if path.is_file() else b""))
    return digest.hexdigest()


class Progress:
    """Parts of a check by name, in the state directory. Parts of other code or another size do not count.

    Make it before a scratch warehouse takes the state directory's place.
    """

    def __init__(self, check: str, **size: object) -> None:
        from rollcall.warehouse.settings import settings

        self._code = code()
        self._of = json.loads(json.dumps({"code": self._code, **size}, default=str))
        self._path: Path = settings().home / "bars" / f"{check}.json"
        self.parts: dict[str, dict] = {}
        if self._path.exists():
            held = json.loads(self._path.read_text("utf-8"))
            if held["of"] == self._of:
                self.parts = held["parts"]

    def keep(self, name: str, part: dict) -> None:
        self.parts[name] = part
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".draft")
        draft.write_text(json.dumps({"of": self._of, "parts": self.parts}, ensure_ascii=False), "utf-8")
        draft.replace(self._path)

    def check_code(self) -> None:
        """Raise RuntimeError if the code is no longer what it was when the check began: nothing can be compared."""
        if code() != self._code:
            raise RuntimeError("the code was changed while it was measured; run the check again")

    def done(self) -> None:
        """The check is whole: the next one measures afresh."""
        self._path.unlink(missing_ok=True)
