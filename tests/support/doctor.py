"""zanhu-admin doctor, asked in both of its languages."""

import json

from zanhu_daemon import SECRET_KEY

OK, FAILED, USAGE, DATABASE, CONFIGURATION = 0, 1, 2, 4, 78


class Doctor:
    """Asks twice, for a person and for a script, and holds the answers against each other."""

    def __init__(self, daemon):
        self.daemon = daemon

    def __call__(self, code, *arguments):
        result = self.daemon.admin("doctor", *arguments)
        assert result.returncode == code, result
        in_json = self.daemon.admin("doctor", "--json", *arguments)
        assert in_json.returncode == code, in_json
        told = json.loads(in_json.stdout)
        assert told["exit_code"] == code and told["healthy"] == (code == OK), told
        words = result.stdout.split()
        for step in told["steps"]:
            if step["step"] == "session cache":
                continue  # whether the connection is refused before or after the question makes another sentence
            for text in (step["found"], step["remedy"] or ""):
                assert " ".join(text.split()) in " ".join(words), (text, result.stdout)
        for said in (result.stdout, in_json.stdout):
            assert SECRET_KEY not in said, "the secret key is printed"
        assert result.stderr == "", result
        return told

    def finds(self, code, step, text, remedy, *arguments, reason=None):
        """Exactly this step fails."""
        told = self(code, *arguments)
        assert told.get("anonymous_because") == reason, told
        failed = [entry for entry in told["steps"] if entry["verdict"] == "failed"]
        assert [entry["step"] for entry in failed] == [step], told
        assert text in failed[0]["found"], failed
        assert remedy in (failed[0]["remedy"] or failed[0]["found"]), failed
        return told

    def step(self, name, code, *arguments):
        (entry,) = [entry for entry in self(code, *arguments)["steps"] if entry["step"] == name]
        return entry
