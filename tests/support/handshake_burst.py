"""Thousands of people connect at once, as after a restart of their proxy."""

import contextlib
import signal
import threading

from open_files import room_for_files
from raw_http import RawConnection
from raw_websocket import RawWebSocket, accept_of, handshake, new_key


class Waiting(RawWebSocket):
    """Connected; it has not asked yet."""

    def __init__(self, daemon, owner, session):
        RawConnection.__init__(self, daemon)
        self.owner = owner
        self.response = None
        self._session = session
        self._key = new_key()

    def ask(self):
        changes = {"Sec-WebSocket-Key": self._key, "Cookie": f"sessionid={self._session}"}
        self.send(handshake(self.daemon, "/ws/somebody/", changes))

    def status(self):
        self.response = self.read_response()
        if self.response.status == 101:
            assert self.response.header("sec-websocket-accept") == accept_of(self._key)
        return self.response.status


@contextlib.contextmanager
def burst(daemon, sessions, count):
    """So many sockets, of {user: session} in turn. All of them have asked before the daemon reads the first."""
    people = list(sessions.items())
    sockets = []
    with room_for_files(2 * count + 1000):
        try:
            for number in range(count):
                sockets.append(Waiting(daemon, *people[number % len(people)]))
            daemon.signal(signal.SIGSTOP)
            try:
                for socket in sockets:
                    socket.ask()
            finally:
                daemon.signal(signal.SIGCONT)
            yield sockets
        finally:
            for socket in sockets:
                socket.close()


def check_owners(daemon, sockets):
    """What is said to each of their owners is heard on the own sockets, and on no other."""
    for owner in {socket.owner for socket in sockets}:
        told = daemon.admin("broadcast", "--user", owner, f"for {owner}")
        assert told.returncode == 0, told.stderr
    for socket in sockets:
        assert socket.read_event()["text"] == f"for {socket.owner}"


class Highest:
    """The most that `count` said meanwhile."""

    def __init__(self, count):
        self._count = count
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.seen = 0

    def _watch(self):
        while not self._stop.is_set():
            self.seen = max(self.seen, self._count())

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()
