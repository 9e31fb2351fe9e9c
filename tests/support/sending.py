"""Sends while the test reads: neither side's buffers hold so much."""

import threading


class Sending(threading.Thread):
    """Until the `with` ends, which waits for the last of the pieces."""

    def __init__(self, socket, pieces):
        super().__init__()
        self._socket = socket
        self._pieces = pieces

    def run(self):
        for piece in self._pieces:
            self._socket.send(piece)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.join()
