"""The example's pages as a person uses them, in a browser of their own."""

from selenium.common.exceptions import StaleElementReferenceException

from deadlines import wait_until

PATIENCE = 30.0


class Page:
    def __init__(self, browser, door):
        self.browser = browser
        self.door = door

    def open(self, path="/"):
        self.browser.driver.get(self.door.url + path)
        return self

    def log_in(self, username, password):
        self.open("/login/")
        self.browser.find("#id_username").send_keys(username)
        self.browser.find("#id_password").send_keys(password)
        self.browser.find("#submit").click()
        self.browser.find(".send-message")
        return self

    def change_password(self, old, new):
        self.open("/password/")
        for field, text in (("old_password", old), ("new_password1", new), ("new_password2", new)):
            self.browser.find(f"#id_{field}").send_keys(text)
        self.browser.find("#submit").click()
        self.browser.find(".send-message")

    def talk_to(self, username):
        """The conversation with that person, when its socket is open."""
        self.open(f"/messages/with/{username}/")
        self.wait_for_socket("open")
        return self

    def wait_for_socket(self, state):
        self._wait(lambda: self.socket_state == state, f"the page's socket is {state}")

    @property
    def socket_state(self):
        return self.browser.script("return document.body.dataset.socket")

    def write(self, text):
        self.browser.find("[name=message]").send_keys(text)
        self.browser.find(".send-message button").click()

    @property
    def messages(self):
        """What is shown, as (sender, text)."""
        return [
            tuple(pair)
            for pair in self.browser.script(
                "return [...document.querySelectorAll('.message')].map((node) =>"
                " [node.dataset.sender, node.innerText.trim().slice(node.dataset.sender.length).trim()])"
            )
        ]

    def wait_for_messages(self, *messages):
        self._wait(lambda: self.messages == list(messages), f"the page shows {messages}, not {self.messages}")

    def wait_for_log_in_page(self):
        self.browser.find("#id_username")

    @property
    def is_at_the_bottom(self):
        return self.browser.script(
            "const box = document.querySelector('.conversation');"
            "return box.scrollHeight - box.scrollTop - box.clientHeight < 3"
        )

    def mark(self):
        """Gone once the page is loaded anew."""
        self.browser.script("window.neverReloaded = true")

    @property
    def is_marked(self):
        return self.browser.script("return window.neverReloaded === true")

    def try_socket(self, path):
        """"open", or the code with which a socket from this page is closed."""
        return self.browser.open_socket(self.door.ws_url + path)

    def _wait(self, condition, what):
        def quietly():
            try:
                return condition()
            except StaleElementReferenceException:
                return False

        wait_until(quietly, what, PATIENCE)
