"""A program on a terminal of its own, and a person who types there."""

import fcntl
import os
import select
import signal
import subprocess
import termios
import time

from deadlines import PATIENCE, wait_until


def _take_terminal():
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    # A shell that starts the tests in the background has both ignored, and that is inherited.
    for number in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


class Terminal:
    def __init__(self, command, environment):
        self.master, self.slave = os.openpty()
        self.shown = ""
        self.process = subprocess.Popen(
            command, stdin=self.slave, stdout=self.slave, stderr=self.slave, env=environment, start_new_session=True,
            preexec_fn=_take_terminal,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)

    @property
    def echoes(self):
        """Whether what is typed is shown."""
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def read_until(self, text):
        """Waits for this text behind what was waited for before; returns all that came until then."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.shown:
            ready, _, _ = select.select([self.master], [], [], max(0, deadline - time.monotonic()))
            assert ready, f"{text!r} did not come, but {self.shown!r}"
            self.shown += os.read(self.master, 4096).decode(errors="replace")
        end = self.shown.index(text) + len(text)
        seen, self.shown = self.shown[:end], self.shown[end:]
        return seen

    def answer(self, question, text):
        seen = self.read_until(question)
        os.write(self.master, text.encode() + b"\n")
        return seen

    def answer_hidden(self, question, text):
        seen = self.read_until(question)
        wait_until(lambda: not self.echoes, "the terminal hides what is typed")
        os.write(self.master, text.encode() + b"\n")
        return seen

    def press(self, keys):
        os.write(self.master, keys)

    def wait(self):
        return self.process.wait(PATIENCE)
