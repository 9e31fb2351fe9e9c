"""Browsers that are closed when a test ends, for a conftest to take over."""

import pytest

from browser import Browser

open_browsers = []


@pytest.fixture
def new_browser():
    made = []

    def make(**options):
        browser = Browser(**options)
        made.append(browser)
        open_browsers.append(browser)
        return browser

    yield make
    for browser in made:
        open_browsers.remove(browser)
        browser.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for browser in open_browsers:
            entries = "\n".join(entry["message"] for entry in browser.driver.get_log("browser"))
            body = browser.script("return document.body?.innerText ?? ''")
            report.sections.append((f"browser at {browser.driver.current_url}", f"{entries}\n{body}"[:10_000]))
