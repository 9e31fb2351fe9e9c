from browser_fixtures import new_browser, pytest_runtest_makereport  # noqa: F401
