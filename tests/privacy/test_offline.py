"""Nothing phones home: the watch that sees who asks beyond this machine, and the switches of all that would.

The whole main job, Airflow, dbt and Great Expectations in it, runs under it in tests/runtime/test_end_to_end.py.
"""

import os
import sys

from rollcall.telemetry import SWITCHES, switch_off
from tests.privacy.offline import watch


def python(script):
    return watch([sys.executable, "-c", script], timeout=60)


def test_the_net_catches_what_it_should():
    assert python("import socket; socket.create_connection(('192.0.2.1', 443), 1)").attempts
    code, seen, processes = python("import socket; socket.getaddrinfo('telemetry.example', 443)")
    assert code != 0 and len(processes) == 1 and seen[0].startswith("socket.getaddrinfo telemetry.example")
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import socket; "
    told = python(child + 'socket.gethostbyname("telemetry.example")\'])')
    assert told.attempts and len(told.processes) == 2
    udp = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 53))"
    assert python(udp).attempts


def test_loopback_is_no_attempt():
    script = "import socket; s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname())"
    assert python(script)[:2] == (0, [])
    assert python("import socket; socket.getaddrinfo('localhost', 80)")[:2] == (0, [])


def test_switches_are_forced(monkeypatch):
    monkeypatch.setenv("GX_ANALYTICS_ENABLED", "true")
    for name in SWITCHES:
        monkeypatch.setenv(name, os.environ.get(name, "on"))
    switch_off()
    assert {name: os.environ[name] for name in SWITCHES} == SWITCHES
