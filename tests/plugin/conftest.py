"""An installed copy of zanhu, and plugins that are built against it outside of its tree."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ("opening_hours", "shout", "clock", "weekday")


def run(*command):
    done = subprocess.run([str(part) for part in command], text=True, capture_output=True, timeout=300, check=False)
    assert done.returncode == 0, f"{command}:\n{done.stdout}{done.stderr}"
    return done.stdout


def cache_entry(build, name):
    found = re.search(rf"^{name}:\w+=(.*)$", (build / "CMakeCache.txt").read_text(), re.MULTILINE)
    return found.group(1) if found else ""


class Installed:
    """What `cmake --install` made of the build under test."""

    def __init__(self, build, prefix, work):
        self.prefix = prefix
        self.bin_dir = prefix / "bin"
        self._work = work
        run("cmake", "--install", build, "--prefix", prefix)
        sanitizers = cache_entry(build, "ZANHU_SANITIZE")
        flags = "-O0 -Wall -Wextra -Werror" + (f" -fsanitize={sanitizers}" if sanitizers else "")
        self._options = [
            f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_INSTALL_PREFIX={prefix}",
            f"-DCMAKE_CXX_COMPILER={cache_entry(build, 'CMAKE_CXX_COMPILER')}", f"-DCMAKE_CXX_FLAGS={flags}",
            f"-DCMAKE_CXX_COMPILER_LAUNCHER={cache_entry(build, 'ZANHU_CCACHE').replace('ZANHU_CCACHE-NOTFOUND', '')}",
        ]

    def build(self, source, *options):
        build = self._work / Path(source).name
        run("cmake", "-G", "Ninja", "-S", source, "-B", build, *self._options, *options)
        run("cmake", "--build", build, "-j", os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL", 2))
        return build

    def install(self, build):
        run("cmake", "--install", build)

    def abi(self):
        """As the daemon says it: the number, the compiler."""
        said = run(self.bin_dir / "zanhu", "--version")
        return re.search(r"^plugin ABI (\d+), (.+)$", said, re.MULTILINE).groups()


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    build = Path(os.environ.get("ZANHU_BIN_DIR", ROOT / "build" / "release" / "bin")).resolve().parent
    copy = Installed(build, tmp_path_factory.mktemp("prefix"), tmp_path_factory.mktemp("plugins"))
    for example in EXAMPLES:
        copy.install(copy.build(ROOT / "examples" / example))
    return copy


@pytest.fixture(scope="session")
def bin_dir(installed):
    """The daemons of these tests are the installed ones."""
    return installed.bin_dir
