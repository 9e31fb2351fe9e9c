"""The checks of tools/ refuse what they are for, and nothing else."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOLS = Path(__file__).resolve().parent.parent.parent / "tools"


class CheckTest(unittest.TestCase):
    def run_check(self, name, files):
        """Exit code and output of a check for a tree of these files."""
        with tempfile.TemporaryDirectory() as directory:
            for path, text in files.items():
                target = Path(directory, path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8")
            done = subprocess.run(
                [sys.executable, TOOLS / name, directory], capture_output=True, text=True, timeout=60, check=False
            )
        self.assertEqual("", done.stderr)
        return done.returncode, done.stdout

    def assert_clean(self, name, files):
        self.assertEqual((0, ""), self.run_check(name, files))

    def assert_refused(self, name, files, *expected):
        code, output = self.run_check(name, files)
        self.assertEqual(1, code, files)
        for text in expected:
            self.assertIn(text, output)


class Includes(CheckTest):
    name = "check_includes"
    tree = {
        "include/zanhu/task.h": "#include <string>\n",
        "core/base/a.h": "#include <zanhu/task.h>\n",
        "core/ws/frame.h": '#include "core/base/a.h"\n',
        "core/http/head.h": '#include "core/base/a.h"\n',
        "core/net/stream.h": '#include "core/ws/frame.h"\n',
        "core/layer/layer.h": '#include "core/net/stream.h"\n',
        "core/storage/rows.h": '#include "core/net/stream.h"\n',
        "core/connection/c.h": '#include "core/layer/layer.h"\n',
        "middleware/auth.h": "#include <zanhu/task.h>\n",
        "app/main.cpp": '#include "core/connection/c.h"\n#include "middleware/auth.h"\n',
        "cli/main.cpp": '#include "core/storage/rows.h"\n',
        "tests/unit/core/ws/frame_test.cpp": '#include "core/ws/frame.h"\n',
    }

    def refuses(self, path, text, *expected):
        self.assert_refused(self.name, self.tree | {path: text}, *expected)

    def test_a_tree_in_order_is_clean(self):
        self.assert_clean(self.name, self.tree)

    def test_a_lower_folder_may_not_include_a_higher_one(self):
        self.refuses("core/base/b.h", '\n#include "core/net/stream.h"\n', "core/base/b.h:2: core/base may not include")
        self.refuses("include/zanhu/x.h", '#include "core/base/a.h"\n', "include/zanhu may not include")
        self.refuses("core/connection/d.h", '#include "app/x.h"\n', 'there is no "app/x.h"')

    def test_folders_of_one_level_may_not_include_each_other(self):
        self.refuses("core/ws/x.h", '#include "core/http/head.h"\n', "core/ws may not include")
        self.refuses("core/layer/x.h", '#include "core/storage/rows.h"\n', "core/layer may not include")

    def test_the_folders_on_the_public_api_may_include_nothing_private(self):
        for folder in ("middleware", "consumers", "web"):
            self.refuses(f"{folder}/x.cpp", '#include "core/base/a.h"\n', f"{folder} may not include")
        self.refuses("web/x.cpp", '#include "middleware/auth.h"\n', "web may not include")

    def test_the_cli_may_not_include_connections(self):
        self.refuses("cli/x.cpp", '#include "core/connection/c.h"\n', "cli may not include")

    def test_a_way_of_writing_that_is_not_ours_is_refused(self):
        self.refuses("core/ws/x.h", '#include "../base/a.h"\n', 'without "../"')
        self.refuses("core/ws/x.h", '#include "frame.h"\n', "written from the root")
        self.refuses("core/ws/x.h", '#include "zanhu/task.h"\n', "<zanhu/task.h>")
        self.refuses("core/ws/x.h", "#include <core/base/a.h>\n", "is no public header")
        self.refuses("core/ws/x.h", "# include <zanhu/none.h>\n", "there is no include/zanhu/none.h")

    def test_an_include_in_a_comment_is_none(self):
        self.assert_clean(self.name, self.tree | {"core/base/x.h": '/*\n#include "app/x.h"\n*/\n// #include "../x.h"\n'})

    def test_headers_that_include_each_other_are_refused(self):
        two = {"core/ws/a.h": '#include "core/ws/b.h"\n', "core/ws/b.h": '#include "core/ws/a.h"\n'}
        self.assert_refused(self.name, self.tree | two, "core/ws/a.h -> core/ws/b.h -> core/ws/a.h")

    def test_a_folder_without_a_place_is_refused(self):
        self.refuses("util/x.h", "", "util/x.h:1: this folder has no place")
        self.refuses("core/misc/x.h", "", "core/misc/x.h:1: this folder has no place")


class CoroutineForms(CheckTest):
    name = "check_coroutine_forms"

    def body(self, text):
        return {"core/base/x.cpp": f"Task<void> X::run(int a) {{\n{text}\n}}\n"}

    def refuses(self, text, expected, line=2):
        self.assert_refused(self.name, self.body(text), f"core/base/x.cpp:{line}: {expected}")

    def accepts(self, text):
        self.assert_clean(self.name, self.body(text))

    def test_a_closure_that_owns_something_is_refused(self):
        for captures in ("s", "=", "&, s", "this, s", "s = std::move(s)", "*this", "&a, b = f(1, 2)"):
            self.refuses(f"co_await f([{captures}] {{ g(); }});", "a lambda that captures")

    def test_a_closure_of_references_is_accepted(self):
        for captures in ("", "&", "this", "&a", "&, this", "this, &a", "&x = a.b"):
            self.accepts(f"co_await f([{captures}](int y) {{ return Agg{{1}}; }});")

    def test_a_choice_among_the_arguments_is_refused(self):
        for text in ('co_await f(a ? "x" : std::move(s));', "x = co_await f(1, g(a) ? b : c);", "co_await f<T>(a ? b : c);"):
            self.refuses(text, "a choice with ?:")
        for text in ("co_await (a ? f : g)(1);", "co_await f(1); x = g(a ? b : c);", "x = a ? co_await f() : y;"):
            self.accepts(text)

    def test_a_braced_value_is_refused(self):
        braced = (
            'co_await f(Agg{"x", 1});',
            'co_await f({"x", 1});',
            'co_await f({{"a", "b"}});',
            'co_await Aw{"x"};',
            "auto x = co_await g(1, Agg{2});",
            "auto x = f(Agg{1}, co_await g());",
            "if (co_await f(Agg{1})) g();",
            "while (!co_await f({1})) {\n}",
            "co_return Agg{co_await f()};",
            "std::vector<int> x{co_await f()};",
        )
        for text in braced:
            with self.subTest(text):
                self.refuses(text, "a braced value")

    def test_a_statement_over_several_lines_is_read_whole(self):
        self.refuses("co_await f(\n  a,\n  Agg{1});", "a braced value", line=4)
        self.refuses("auto x =\n  co_await f(a,\n  [s] { return 1; });", "a lambda that captures", line=4)

    def test_what_surrounds_the_statement_is_no_part_of_it(self):
        for text in (
            "auto t = f([s] { return 1; });\nco_await t;",
            "Agg x{1};\nco_await f(x);",
            "if (co_await f()) {\n g(Agg{1});\n} else {\n h({1});\n}",
            "for (auto& x : xs) {\n co_await f(x);\n}\ng({1});",
            "try {\n co_await f();\n} catch (...) {\n g({1});\n}",
            "auto l = [s]() -> Task<void> { co_await f(); };",
            "run([s]() -> Task<void> {\n co_await f();\n});",
            "switch (a) {\n case 1: {\n co_await f();\n }\n default: g({1});\n}",
            "x[1] = co_await f(y[a], \"{\", '{'); // Agg{1} [s]",
        ):
            with self.subTest(text):
                self.accepts(text)


class Sizes(CheckTest):
    name = "check_sizes"

    def test_a_file_over_500_lines_is_refused(self):
        self.assert_refused(self.name, {"web/static/x.js": "\n" * 501}, "web/static/x.js:501: the file has 501 lines")
        self.assert_clean(self.name, {"web/static/x.js": "\n" * 500})

    def function(self, lines):
        return "void f(int a) {\n" + "    a = 1;\n" * (lines - 2) + "}\n"

    def test_a_function_over_80_lines_is_refused(self):
        self.assert_refused(self.name, {"app/x.cpp": "\n" + self.function(81)}, "app/x.cpp:2: the function has 81 lines")
        self.assert_clean(self.name, {"app/x.cpp": self.function(80) + self.function(80)})

    def test_a_member_function_is_found_in_its_class(self):
        text = f"namespace a {{\ntemplate <class T>\nclass X : public Y {{\n{self.function(81)}}};\n}}\n"
        self.assert_refused(self.name, {"app/x.h": text}, "app/x.h:4: the function has 81 lines")

    def test_a_constructor_with_member_initializers_is_found(self):
        text = self.function(81).replace("void f(int a) {", "X::X(int a) : a_{a}, b_(1) {")
        self.assert_refused(self.name, {"app/x.cpp": text}, "the function has 81 lines")

    def test_long_tables_namespaces_and_classes_are_no_functions(self):
        table = "constexpr Row k_rows[] = {\n" + "    {1, 2},\n" * 90 + "};\n"
        members = "class X {\n" + "    int a();\n" * 90 + "};\n"
        self.assert_clean(self.name, {"app/x.cpp": f"namespace a {{\n{table}{members}}}  // namespace a\n"})


class Headers(CheckTest):
    name = "check_headers"

    def test_a_header_that_leans_on_others_is_refused(self):
        text = "#pragma once\ninline std::string f() { return {}; }\n"
        self.assert_refused(self.name, {"include/zanhu/x.h": text}, "include/zanhu/x.h:1: does not compile alone")
        self.assert_clean(self.name, {"include/zanhu/x.h": "#include <string>\n" + text})

    def test_only_the_first_include_of_its_source_leaves_a_header_to_the_build(self):
        header = {"app/x.h": "#pragma once\ninline std::string f() { return {}; }\n"}
        first = {"app/x.cpp": '// What it is.\n#include "app/x.h"\n\n#include <string>\n'}
        second = {"app/x.cpp": '#include <string>\n\n#include "app/x.h"\n'}
        self.assert_clean(self.name, header | first)
        self.assert_refused(self.name, header | second, "app/x.h:1: does not compile alone")


if __name__ == "__main__":
    unittest.main()
