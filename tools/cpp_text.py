"""What the checks share: which files there are, and C++ text with its comments, strings and braces told apart."""

import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True

SKIPPED = {"build", "var", "__pycache__"}
COMMENTS_AND_LITERALS = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*'",
    re.DOTALL,
)
TYPE_HEAD = re.compile(r"(?:^|\s)(?:class|struct|union|enum|namespace)\b")
# What stands before the brace of a function, lambda or statement.
BLOCK_HEAD = re.compile(
    r"(?:[);{}:\]]|\b(?:else|do|try|const|override|final|noexcept|mutable|requires)|\)[^;{}()]*->[^;{}]*|^)$"
)


def root_of(argv):
    """The tree to check: the first argument, or the one that this file is part of."""
    return Path(argv[1]).resolve() if len(argv) > 1 else Path(__file__).resolve().parent.parent


def files(root, *suffixes):
    """Paths below root, relative to it, in order."""
    found = []
    for path in root.rglob("*"):
        parts = path.relative_to(root).parts
        hidden = any(part in SKIPPED or part.startswith(".") for part in parts)
        if not hidden and path.suffix in suffixes and path.is_file():
            found.append(Path(*parts))
    return sorted(found)


def read(root, path):
    return (root / path).read_text(encoding="utf-8")


def _spaces(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """The same text, every character in its place, but for comments and raw strings."""

    def replace(match):
        kept = match[0][0] in "\"'"
        return match[0] if kept else _spaces(match[0])

    return COMMENTS_AND_LITERALS.sub(replace, text)


def code_only(text):
    """The same text, every character in its place, but for comments, preprocessor lines and what literals hold."""

    def replace(match):
        literal = match[0]
        if literal[0] == "/":
            return _spaces(literal)
        return literal[0] + _spaces(literal[1:-1]) + literal[-1]

    text = COMMENTS_AND_LITERALS.sub(replace, text)
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda match: _spaces(match[0]), text, flags=re.MULTILINE)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


class Braces:
    """The pairs of brackets of code_only() text. `kind` of a `{` is "scope" (namespace, class), "block" or "init"."""

    def __init__(self, code):
        self.code = code
        self.partner = {}
        self.kind = {}
        self.parent = {}
        opened = []
        for position, character in enumerate(code):
            if character in "([{":
                if character == "{":
                    self.parent[position] = next((p for p in reversed(opened) if code[p] == "{"), None)
                    self.kind[position] = self._classify(position, opened[-1] if opened else None)
                opened.append(position)
            elif character in ")]}" and opened:
                self.partner[position] = opened.pop()
                self.partner[self.partner[position]] = position

    def _classify(self, position, enclosing):
        start = max(self.code.rfind(mark, 0, position) for mark in ";{}") + 1
        head = self.code[start:position].strip()
        in_call = enclosing is not None and self.code[enclosing] == "("
        if not in_call:
            if TYPE_HEAD.search(self._without_template(head)) and not head.endswith(")"):
                return "scope"
            if head.startswith('extern "'):
                return "scope"
        if head.endswith("]") and not self._ends_in_captures(position):
            return "init"
        if not head:
            # After `{` or `}` or `;`: a plain block, unless it is an element of a list.
            parent = self.parent[position]
            return "init" if in_call or (parent is not None and self.kind[parent] == "init") else "block"
        if self._is_member_initializer(head):
            return "init"
        return "block" if BLOCK_HEAD.search(head) else "init"

    @staticmethod
    def _without_template(head):
        return re.sub(r"^template\s*<.*?>\s*(?=class|struct|union)", "", head, flags=re.DOTALL)

    @staticmethod
    def _is_member_initializer(head):
        return bool(re.search(r"\)\s*:[^:]", head)) and head[-1] not in ")}"

    def _ends_in_captures(self, position):
        end = self.code.rfind("]", 0, position)
        return end in self.partner and is_lambda(self.code, self.partner[end])


def is_lambda(code, position):
    """Whether the `[` here begins the captures of a lambda, and no subscript, attribute or structured binding."""
    before = code[:position].rstrip()
    if code.startswith("[[", position) or before.endswith("["):
        return False
    word = re.search(r"[\w\])]+$", before)
    return word is None or word[0] in {"return", "co_return", "co_await", "co_yield", "case"}
