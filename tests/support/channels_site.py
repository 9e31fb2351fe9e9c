"""Daphne and `manage.py runworker` of channels_project.py, as processes of their own."""

import json
from pathlib import Path

import site_process

HERE = Path(__file__).resolve().parent


def environment(layer):
    return {"PYTHONPATH": str(HERE), "ZANHU_SITE_LAYER": json.dumps(layer)}


class Daphne(site_process.Daphne):
    def __init__(self, directory, layer):
        super().__init__(directory, environment(layer), "channels_project:application")


class RunWorker(site_process.SiteProcess):
    """An unchanged `manage.py runworker`."""

    def __init__(self, directory, layer, *channels):
        program = str(HERE / "channels_project.py")
        super().__init__(directory, "runworker", environment(layer), program, "runworker", *channels)
