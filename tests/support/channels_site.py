"""Daphne and `manage.py runworker` of channels_project.py, as processes of their own."""

import json
import os
import re
import subprocess
from pathlib import Path

from deadlines import PATIENCE, wait_until

HERE = Path(__file__).resolve().parent


class SiteProcess:
    def __init__(self, directory, name, layer, *arguments):
        self.log_path = Path(directory) / f"{name}.log"
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(HERE),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            "ZANHU_SITE_LAYER": json.dumps(layer),
        }
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                ["/usr/bin/python3", *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
                cwd=directory,
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


class Daphne(SiteProcess):
    """On a port that it finds free."""

    def __init__(self, directory, layer):
        super().__init__(directory, "daphne", layer, "-m", "daphne", "-b", "127.0.0.1", "-p", "0", "channels_project:application")
        port = wait_until(
            lambda: re.search(r"Listening on TCP address 127\.0\.0\.1:(\d+)", self.log()), "Daphne listens", 3 * PATIENCE
        )
        self.host, self.port = "127.0.0.1", int(port.group(1))

    @property
    def authority(self):
        return f"{self.host}:{self.port}"

    @property
    def url(self):
        return f"http://{self.authority}"


class RunWorker(SiteProcess):
    """An unchanged `manage.py runworker`."""

    def __init__(self, directory, layer, *channels):
        program = str(HERE / "channels_project.py")
        super().__init__(directory, "runworker", layer, program, "runworker", *channels)
