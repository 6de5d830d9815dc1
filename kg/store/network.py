"""Close the network for an evaluator process: no new socket, for good. Linux on x86_64 or aarch64."""

import ctypes
import platform
from typing import ClassVar

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


def deny_network() -> bool:
    """No new socket in this process and its threads, for good; False where the kernel offers no way.

    To be called before the engine starts its threads: a filter holds for the thread that sets it and its children.
    """
    known = _KNOWN.get(platform.machine())
    if platform.system() != "Linux" or not known:
        return False
    arch, socket = known
    ops = [
        *((0x20, 0, 0, 4), (0x15, 0, 5, arch)),  # another architecture → refuse
        *((0x20, 0, 0, 0), (0x35, 3, 0, 0x40000000)),  # x32 call numbers → refuse
        *((0x15, 2, 0, socket), (0x15, 1, 0, 425)),  # socket, io_uring_setup → refuse
        *((0x06, 0, 0, 0x7FFF0000), (0x06, 0, 0, 0x00050001)),  # allow · EPERM
    ]
    libc = ctypes.CDLL(None, use_errno=True)
    program = _Program(len(ops), (_Op * len(ops))(*[_Op(*op) for op in ops]))
    return bool(libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, ctypes.byref(program)) == 0)
