"""Where everything lives, taken from the environment and from nowhere else."""

import os
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Settings:
    """Places and addresses of this installation.

    home: root of all state (ROLLCALL_HOME, default <repository>/state); every other directory lies in it.
    secrets: directory of secret files (ROLLCALL_SECRETS in production, else home/secrets).
    database_url: PostgreSQL of production (ROLLCALL_DATABASE_URL); None means the embedded server.
    shared_buffers: memory of the embedded server, as PostgreSQL writes it ("1GB").
    """

    home: Path
    secrets: Path
    database_url: str | None
    shared_buffers: str
    repo: Path = REPO

    @property
    def inbox(self) -> Path:
        return self.home / "inbox"

    @property
    def archive(self) -> Path:
        return self.home / "archive"

    @property
    def truth(self) -> Path:
        return self.home / "truth"

    @property
    def docs_out(self) -> Path:
        return self.home / "data_docs"

    @property
    def postgres(self) -> Path:
        """Resolved: under root it may be a link to a place that the server's user can enter, see `reach`."""
        return (self.home / "postgres").resolve()

    @property
    def airflow(self) -> Path:
        return self.home / "airflow"

    @property
    def is_embedded(self) -> bool:
        return self.database_url is None


def settings() -> Settings:
    """Read the environment afresh: a test may point ROLLCALL_HOME elsewhere between two calls."""
    home = Path(os.environ.get("ROLLCALL_HOME") or REPO / "state").expanduser().absolute()
    secrets = os.environ.get("ROLLCALL_SECRETS")
    return Settings(
        home=home,
        secrets=Path(secrets).expanduser().absolute() if secrets else home / "secrets",
        database_url=os.environ.get("ROLLCALL_DATABASE_URL") or None,
        shared_buffers=os.environ.get("ROLLCALL_SHARED_BUFFERS") or _shared_buffers(),
    )


def _shared_buffers() -> str:
    """1 GB, or an eighth of a small machine's memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{max(64, min(1024, memory // 8 // 2**20))}MB"
