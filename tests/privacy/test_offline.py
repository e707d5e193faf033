"""Nothing phones home: publishing, with dbt and Great Expectations in it, asks nobody beyond this machine.

The whole main job, Airflow and all, runs under the same watch in tests/runtime/test_end_to_end.py.
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


def test_publish_asks_nobody(wipe):
    """On an empty ledger: dbt builds and tests everything, Great Expectations refuses marts without children."""
    script = (
        "from datetime import date\n"
        "from rollcall.publish.publish import publish\n"
        "done = publish(date(2019, 9, 6), schema='study')\n"
        "assert done.seconds.keys() >= {'build', 'gate'}, done.reasons\n"
        "assert not done.is_published\n"
    )
    code, seen, _ = watch([sys.executable, "-c", script], timeout=280)
    assert (code, seen) == (0, [])
