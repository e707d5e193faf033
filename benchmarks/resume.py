"""What a long check has measured so far, kept so that an interrupted one goes on where it stopped."""

import json
import subprocess
from pathlib import Path


class Progress:
    """Parts of a check by name, in the state directory. Parts of another commit or size do not count.

    Make it before a scratch warehouse takes the state directory's place.
    """

    def __init__(self, check: str, **size: object) -> None:
        from rollcall.warehouse.settings import settings

        commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()
        self._of = json.loads(json.dumps({"commit": commit, **size}, default=str))
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

    def done(self) -> None:
        """The check is whole: the next one measures afresh."""
        self._path.unlink(missing_ok=True)
