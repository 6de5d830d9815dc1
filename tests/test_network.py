"""A process that may not open a socket: no family of them, or none that leaves this machine."""

import platform
import subprocess
import sys

import pytest

TRY = """
import socket
from kg.store.network import deny_network
assert deny_network(local={local})
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK, socket.AF_PACKET):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            socket.socket(family, kind).close()
            print(family.name, end=" ")
        except PermissionError:
            pass
        except OSError as error:
            print(family.name, error, end=" ")
"""


@pytest.mark.skipif(platform.system() != "Linux", reason="2026-11: only Linux has such filters")
@pytest.mark.parametrize(("local", "left"), [(False, set()), (True, {"AF_UNIX"})])
def test_only_what_stays_here_is_left(local, left):
    code = TRY.format(local=local)
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(ended.stdout.split()) == left
    child = f"import subprocess, sys; from kg.store.network import deny_network; deny_network(local={local}); " + (
        f"subprocess.run([sys.executable, '-c', {TRY.split('assert')[0] + 'socket.socket()'!r}])"
    )
    ended = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True)
    assert "PermissionError" in ended.stderr
