"""Processes of a Django site: Debian's Daphne, and whatever else its Python runs."""

import os
import re
import subprocess
from pathlib import Path

from deadlines import PATIENCE, wait_until
from door import Door


class SiteProcess:
    """`environment` says where the site is (PYTHONPATH) and what it is told."""

    def __init__(self, directory, name, environment, *arguments):
        self.log_path = Path(directory) / f"{name}.log"
        common = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                ["/usr/bin/python3", *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**common, **environment}, cwd=directory,
            )

    def log(self):
        text = self.log_path.read_text(errors="replace")
        assert self.process.poll() is None, f"the site's process has ended:\n{text}"
        return text

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Daphne(SiteProcess, Door):
    """On a port that it finds free."""

    def __init__(self, directory, environment, *arguments):
        super().__init__(directory, "daphne", environment, "-m", "daphne", "-b", "127.0.0.1", "-p", "0", *arguments)
        port = wait_until(
            lambda: re.search(r"Listening on TCP address 127\.0\.0\.1:(\d+)", self.log()), "Daphne listens", 3 * PATIENCE
        )
        Door.__init__(self, port=int(port.group(1)))
