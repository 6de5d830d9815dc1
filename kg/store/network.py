"""Close the network for an evaluator process: no new socket, for good. Linux on x86_64 or aarch64."""

import ctypes
import platform
from typing import ClassVar

_LOCAL, _NONE = 1, 0xFFFFFFFF
_KNOWN = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}


class _Op(ctypes.Structure):
    _fields_: ClassVar = [
        ("code", ctypes.c_ushort),
        ("yes", ctypes.c_ubyte),
        ("no", ctypes.c_ubyte),
        ("k", ctypes.c_uint),
    ]


class _Program(ctypes.Structure):
    _fields_: ClassVar = [("length", ctypes.c_ushort), ("ops", ctypes.POINTER(_Op))]


def deny_network(*, local: bool = False) -> bool:
    """No new socket in this process, its threads and children, for good; False where the kernel offers no way.

    With `local` sockets between processes of this machine stay: a reader starts LibreOffice, which has one. To be called before the engine starts its threads: a filter holds for the thread that sets it and its children.
    """
    known = _KNOWN.get(platform.machine())
    if platform.system() != "Linux" or not known:
        return False
    arch, socket = known
    family = _LOCAL if local else _NONE
    ops = [
        *((0x20, 0, 0, 4), (0x15, 0, 7, arch)),  # another architecture → refuse
        *((0x20, 0, 0, 0), (0x35, 5, 0, 0x40000000)),  # x32 call numbers → refuse
        *((0x15, 4, 0, 425), (0x15, 0, 2, socket)),  # io_uring_setup → refuse; not a socket → allow
        *((0x20, 0, 0, 16), (0x15, 0, 1, family)),  # a socket of another family → refuse
        *((0x06, 0, 0, 0x7FFF0000), (0x06, 0, 0, 0x00050001)),  # allow · EPERM
    ]
    libc = ctypes.CDLL(None, use_errno=True)
    program = _Program(len(ops), (_Op * len(ops))(*[_Op(*op) for op in ops]))
    return bool(libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, ctypes.byref(program)) == 0)
