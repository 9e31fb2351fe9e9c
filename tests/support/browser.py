"""One person's Chromium with a profile of its own, and the pages of zanhu as a person uses them."""

import json
import shutil
import tempfile

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from deadlines import wait_until

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)
CHROMEDRIVER = "/usr/bin/chromedriver"
PATIENCE = 30.0


class Browser:
    def __init__(self, language="en-US", size=(1280, 860)):
        self.profile = tempfile.mkdtemp(prefix="zanhu-browser-")
        options = Options()
        for flag in (*FLAGS, f"--user-data-dir={self.profile}", f"--window-size={size[0]},{size[1]}"):
            options.add_argument(flag)
        options.add_experimental_option("prefs", {"intl.accept_languages": language})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service(CHROMEDRIVER), options=options)

    def close(self):
        self.driver.quit()
        shutil.rmtree(self.profile, ignore_errors=True)

    def open(self, daemon, path="/"):
        self.driver.get(daemon.url + path)

    # What is on the page.

    def find(self, selector):
        """The first element that is shown."""
        def shown():
            for element in self.driver.find_elements(By.CSS_SELECTOR, selector):
                try:
                    if element.is_displayed():
                        return element
                except StaleElementReferenceException:
                    pass
            return None

        return wait_until(shown, f"{selector} is shown on {self.driver.current_url}", PATIENCE)

    def script(self, code, *arguments):
        return self.driver.execute_script(code, *arguments)

    def wait_for(self, condition, what):
        return wait_until(condition, what, PATIENCE)

    @property
    def connection_state(self):
        return self.script("return document.querySelector('#status')?.dataset.state")

    def wait_for_state(self, *states):
        self.wait_for(lambda: self.connection_state in states, f"the connection is {' or '.join(states)}")

    @property
    def status_is_shown(self):
        return self.script("return !document.querySelector('#status').hidden")

    @property
    def texts(self):
        """The messages of the open conversation, as (whose, text)."""
        return [
            tuple(pair)
            for pair in self.script(
                "return [...document.querySelectorAll('#conversation .message')].map((node) =>"
                " [node.classList.contains('mine') ? 'mine' : 'theirs', node.querySelector('.bubble').textContent])"
            )
        ]

    def wait_for_message(self, text, whose="theirs"):
        self.wait_for(lambda: (whose, text) in self.texts, f"the message {text!r} is shown")

    @property
    def distance_from_bottom(self):
        return self.script("const h = document.querySelector('#history');"
                           " return h.scrollHeight - h.scrollTop - h.clientHeight")

    @property
    def errors(self):
        """What the browser's console holds, but for the lost connections that the tests make."""
        lost = ("WebSocket connection to", "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE")
        return [
            entry["message"] for entry in self.driver.get_log("browser")
            if entry["level"] == "SEVERE" and not any(words in entry["message"] for words in lost)
        ]

    # What a person does.

    def log_in(self, daemon, username, password):
        self.open(daemon)
        self.find("#username").send_keys(username)
        self.find("#password").send_keys(password)
        self.find("#login-submit").click()
        self.find("#people")
        self.wait_for_state("open")

    def choose(self, username):
        self.find(f'#people [data-username="{username}"]').click()
        self.find("#composer-text")

    def write(self, text):
        box = self.find("#composer-text")
        box.clear()
        box.send_keys(text)
        self.find("#composer-send").click()

    def open_socket(self, url):
        """Whether a socket from the page that is shown is let in: "open", or the close code."""
        return self.driver.execute_async_script(
            "const done = arguments[1]; const socket = new WebSocket(arguments[0]);"
            "socket.onopen = () => { done('open'); socket.close(); };"
            "socket.onclose = (event) => done(event.code);", url)

    def fetch(self, url, **options):
        """What a script of the page that is shown gets, or the error's name."""
        return self.driver.execute_async_script(
            "const done = arguments[2];"
            "fetch(arguments[0], JSON.parse(arguments[1]))"
            ".then((answer) => done(answer.status), (error) => done(error.name));",
            url, json.dumps(options))
