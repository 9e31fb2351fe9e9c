"""What is printed: sections of the configuration, the environment with what is secret, and what has no equal."""


class Report:
    """`refuse` is for what would make zanhu do something else than the site, `remark` for what it does without."""

    def __init__(self):
        self._sections = {}
        self.environment = {}
        self.refusals = []

    def set(self, section, key, value):
        self._lines(section).append(f"{key} = {self._text(section, key, value)}")

    def remark(self, section, text):
        self._lines(section).append(f"; {text}")

    def secret(self, section, key, variable, value):
        """Kept out of the configuration: `variable` has it in the environment."""
        self.environment[variable] = self._text(section, key, value)
        self.remark(section, f"{key}: {variable} in the environment")

    def refuse(self, setting, why):
        self.refusals.append(f"{setting}: {why}")

    def ini(self):
        parts = (f"[{section}]\n" + "".join(f"{line}\n" for line in lines) for section, lines in self._sections.items())
        return "\n".join(parts)

    def environment_file(self):
        """For systemd's EnvironmentFile and for a shell."""
        return "".join(f"{name}={self._quoted(value)}\n" for name, value in self.environment.items())

    def _lines(self, section):
        return self._sections.setdefault(section, [])

    def _text(self, section, key, value):
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, (list, tuple)):
            return ", ".join(self._item(section, key, str(item)) for item in value)
        return self._plain(section, key, str(value))

    def _item(self, section, key, text):
        if "," in text:
            self.refuse(f"[{section}] {key}", "a comma separates the entries of a list, and one of the site's holds one")
        return self._plain(section, key, text)

    def _plain(self, section, key, text):
        if text != text.strip() or "\n" in text or "${" in text:
            self.refuse(f"[{section}] {key}", "a value with a blank at its end, a line break or ${ cannot be written")
        return text

    @staticmethod
    def _quoted(value):
        for character in '\\"$`':
            value = value.replace(character, "\\" + character)
        return f'"{value}"'
