"""Run a command and record every name look-up and every connection it or its children try beyond this machine.

Two nets: inside each Python process an audit hook, which also refuses the attempt; from outside the sockets
of all processes, looked at many times a second, for libraries that bring their own network code.
"""

import os
import subprocess
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple

import psutil

_HOOK = """
import os, sys

def _install():
    import socket
    local = {"localhost", "0.0.0.0", "::", "", None, socket.gethostname()}
    log = os.environ["ROLLCALL_OFFLINE_LOG"]
    command = " ".join(sys.orig_argv)[:200]
    with open(log + ".watched", "a") as file:
        file.write(command + "\\n")

    def is_local(host):
        host = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        return host in local or str(host).startswith("127.") or str(host) in ("::1", "::ffff:127.0.0.1")

    def hook(event, args):
        if not event.startswith("socket."):  # most of them are not, and there are very many
            return
        if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
            target = args[0]
        elif event in ("socket.connect", "socket.sendto", "socket.sendmsg") and isinstance(args[1], tuple):
            target = args[1][0]
        else:
            return
        if not is_local(target):
            with open(log, "a") as file:
                file.write(f"{event} {target} in {command}\\n")
            raise OSError(f"offline: {event}")

    sys.addaudithook(hook)

_install()
"""
_LOOK_SECONDS = 0.2


class Watched(NamedTuple):
    """Exit code of the command; a line for every attempt to reach beyond loopback, by it or its children; the
    command lines of all Python processes that were watched from inside.
    """

    code: int
    attempts: list[str]
    processes: list[str]


def watch(
    command: list[str], env: dict[str, str] | None = None, timeout: float = 600, output: IO | int = subprocess.DEVNULL
) -> Watched:
    """Run `command`, its output and errors going to `output`."""
    env = dict(os.environ if env is None else env)
    with tempfile.TemporaryDirectory(prefix="rollcall-offline-") as folder:
        (Path(folder) / "sitecustomize.py").write_text(_HOOK)
        log, watched = Path(folder) / "attempts.log", Path(folder) / "attempts.log.watched"
        Path(folder).chmod(0o755)
        for path in (log, watched):
            path.touch()
            path.chmod(0o666)
        env["PYTHONPATH"] = os.pathsep.join(filter(None, [folder, env.get("PYTHONPATH")]))
        env["ROLLCALL_OFFLINE_LOG"] = str(log)
        process = subprocess.Popen(command, env=env, stdout=output, stderr=subprocess.STDOUT)
        seen: set[str] = set()
        over = threading.Event()
        watcher = threading.Thread(target=_watch, args=(process.pid, over, seen))
        watcher.start()
        try:
            code = process.wait(timeout)
        finally:
            process.kill()
            over.set()
            watcher.join()
        return Watched(code, log.read_text().splitlines() + sorted(seen), watched.read_text().splitlines())


def _watch(pid: int, over: threading.Event, seen: set[str]) -> None:
    while not over.wait(_LOOK_SECONDS):
        with suppress(psutil.Error):
            root = psutil.Process(pid)
            for process in [root, *root.children(recursive=True)]:
                with suppress(psutil.Error):
                    for socket in process.net_connections(kind="inet"):
                        if socket.raddr and not _is_loopback(socket.raddr.ip):
                            seen.add(f"socket {socket.raddr.ip}:{socket.raddr.port} of {process.name()}")


def _is_loopback(ip: str) -> bool:
    return ip.startswith("127.") or ip in ("::1",) or ip.startswith("::ffff:127.")
