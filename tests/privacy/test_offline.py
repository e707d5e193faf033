"""Nothing phones home: publishing, with dbt and Great Expectations in it, asks nobody beyond this machine."""

import os
import sys

from rollcall.telemetry import SWITCHES, switch_off
from tests.privacy.offline import attempts


def python(script):
    return attempts([sys.executable, "-c", script], timeout=60)


def test_the_net_catches_what_it_should():
    assert python("import socket; socket.create_connection(('192.0.2.1', 443), 1)")[1] != []
    code, seen = python("import socket; socket.getaddrinfo('telemetry.example', 443)")
    assert code != 0 and seen[0].startswith("socket.getaddrinfo telemetry.example")
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import socket; "
    assert python(child + 'socket.gethostbyname("telemetry.example")\'])')[1] != []
    udp = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 53))"
    assert python(udp)[1] != []


def test_loopback_is_no_attempt():
    script = "import socket; s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname())"
    assert python(script) == (0, [])
    assert python("import socket; socket.getaddrinfo('localhost', 80)") == (0, [])


def test_switches_are_forced(monkeypatch):
    monkeypatch.setenv("GX_ANALYTICS_ENABLED", "true")
    for name in SWITCHES:
        monkeypatch.setenv(name, os.environ.get(name, "on"))
    switch_off()
    assert {name: os.environ[name] for name in SWITCHES} == SWITCHES


def test_publish_asks_nobody(wipe):
    """On an empty ledger: dbt builds and tests everything, Great Expectations refuses marts without
    children.
    """
    script = (
        "from datetime import date\n"
        "from rollcall.publish.publish import publish\n"
        "done = publish(date(2019, 9, 6), schema='study')\n"
        "assert done.seconds.keys() >= {'build', 'gate'}, done.reasons\n"
        "assert not done.is_published\n"
    )
    code, seen = attempts([sys.executable, "-c", script], timeout=280)
    assert seen == []
    assert code == 0
