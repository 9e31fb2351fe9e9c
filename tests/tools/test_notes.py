"""docs/notes.md shows the files of examples/notes as they are, so that what is tested is what is read."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


class Notes(unittest.TestCase):
    def test_every_example_of_the_page_is_a_file_and_every_file_is_shown(self):
        page = (ROOT / "docs" / "notes.md").read_text(encoding="utf-8")
        shown = re.findall(r"^```cpp\n(.*?)^```", page, re.S | re.M)
        files = {path.read_text(encoding="utf-8") for path in (ROOT / "examples" / "notes").glob("*.h")}
        self.assertEqual(files, {"#pragma once\n\n" + text for text in shown})


if __name__ == "__main__":
    unittest.main()
