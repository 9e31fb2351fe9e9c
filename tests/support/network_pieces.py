"""One byte a piece of the network, millions of them: a call of send() each would take Python minutes."""

import contextlib
import ctypes
import os
import socket
import struct
from pathlib import Path

from deadlines import PATIENCE

AT_ONCE = 1024  # messages in one sendmmsg(); the kernel takes no more


class Piece(ctypes.Structure):
    """struct iovec"""

    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class Message(ctypes.Structure):
    """struct msghdr"""

    _fields_ = [
        ("name", ctypes.c_void_p), ("name_length", ctypes.c_uint32),
        ("pieces", ctypes.POINTER(Piece)), ("piece_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p), ("control_length", ctypes.c_size_t), ("flags", ctypes.c_int),
    ]


class MessageOfMany(ctypes.Structure):
    """struct mmsghdr"""

    _fields_ = [("message", Message), ("sent", ctypes.c_uint)]


def send_single_bytes(connection, data):
    """Each byte as a send() of its own. With TCP_NODELAY that is a segment each, as tests' sockets have it."""
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(AT_ONCE)
    pieces = (Piece * AT_ONCE)(*[Piece(ctypes.addressof(buffer) + at, 1) for at in range(AT_ONCE)])
    messages = (MessageOfMany * AT_ONCE)()
    for at in range(AT_ONCE):
        messages[at].message.pieces = ctypes.pointer(pieces[at])
        messages[at].message.piece_count = 1
    timeout = connection.gettimeout()
    connection.settimeout(None)  # Python's own would make it non-blocking
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", int(PATIENCE), 0))
    try:
        at = 0
        while at < len(data):
            block = data[at : at + AT_ONCE]
            ctypes.memmove(buffer, block, len(block))
            sent = libc.sendmmsg(connection.fileno(), messages, len(block), 0)
            if sent <= 0:
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
            at += sent
    finally:
        connection.settimeout(timeout)


@contextlib.contextmanager
def on_one_processor(pid):
    """This thread and that process take turns. On two processors they would wake each other for every byte."""
    before = os.sched_getaffinity(0)
    one = {min(before)}
    threads = [int(entry.name) for entry in Path(f"/proc/{pid}/task").iterdir()]
    for thread in (0, *threads):
        os.sched_setaffinity(thread, one)
    try:
        yield
    finally:
        for thread in (0, *threads):
            os.sched_setaffinity(thread, before)
