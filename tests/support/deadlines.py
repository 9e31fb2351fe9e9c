"""How long tests wait for what has to come. Nothing is asserted about how fast it comes."""

import time

PATIENCE = 20.0  # seconds; a build with sanitizers on a busy machine is slow


def wait_until(condition, what, patience=PATIENCE):
    """Polls until condition() gives something true, and returns it."""
    deadline = time.monotonic() + patience
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"did not happen within {patience:g} s: {what}")
        time.sleep(0.02)
