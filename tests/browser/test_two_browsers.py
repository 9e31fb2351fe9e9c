"""Two people, each logged in in a browser of their own."""

import http.server
import threading

import pytest

from zanhu_daemon import DEMO_PASSWORD


@pytest.fixture
def demo(make_daemon):
    return make_daemon(demo=True)


@pytest.fixture
def alice(demo, new_browser):
    browser = new_browser()
    browser.log_in(demo, "alice", DEMO_PASSWORD)
    return browser


@pytest.fixture
def bob(demo, new_browser):
    browser = new_browser()
    browser.log_in(demo, "bob", DEMO_PASSWORD)
    return browser


@pytest.fixture
def foreign_url():
    """An empty page on another origin."""
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = b"<!DOCTYPE html><title>elsewhere</title>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    # Another host name than the daemon's, since a port alone makes no other site for cookies.
    yield f"http://elsewhere.localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_two_people_talk_without_a_reload(alice, bob):
    alice.choose("bob")
    bob.choose("alice")
    for browser in (alice, bob):
        browser.script("window.neverReloaded = true")
    alice.write("hello bob, 你好")
    alice.wait_for_message("hello bob, 你好", "mine")
    bob.wait_for_message("hello bob, 你好")
    bob.write("hello alice <b>&amp;</b>")
    alice.wait_for_message("hello alice <b>&amp;</b>")
    assert alice.texts == [("mine", "hello bob, 你好"), ("theirs", "hello alice <b>&amp;</b>")]
    assert bob.texts == [("theirs", "hello bob, 你好"), ("mine", "hello alice <b>&amp;</b>")]
    for browser in (alice, bob):
        assert browser.script("return window.neverReloaded") is True
        assert browser.errors == []


def test_the_newest_message_is_in_view_and_history_is_there_after_a_reload(alice, bob):
    alice.choose("bob")
    bob.choose("alice")
    texts = [f"message {number}\nwith a second line" for number in range(25)]
    for text in texts:
        alice.script("const box = document.querySelector('#composer-text'); box.value = arguments[0];"
                     "box.dispatchEvent(new Event('input', { bubbles: true }));"
                     "document.querySelector('#composer').requestSubmit();", text)
    bob.wait_for_message(texts[-1])
    for browser in (alice, bob):
        browser.wait_for(lambda shown=browser: len(shown.texts) == len(texts), "all messages are shown")
        browser.wait_for(lambda shown=browser: shown.distance_from_bottom < 3, "the newest message is in view")
    bob.driver.refresh()
    bob.wait_for_state("open")
    bob.wait_for_message(texts[-1])
    assert bob.texts == [("theirs", text) for text in texts]
    bob.wait_for(lambda: bob.distance_from_bottom < 3, "the newest message is in view again")
    assert bob.errors == []


def test_a_message_to_a_conversation_that_is_not_open_is_announced_in_the_list(alice, bob):
    alice.choose("bob")
    alice.write("look here")
    alice.wait_for_message("look here", "mine")
    bob.wait_for(lambda: "look here" in bob.find('#people [data-username="alice"]').text, "the list shows it")
    assert "1" in bob.find('#people [data-username="alice"]').text
    bob.choose("alice")
    bob.wait_for_message("look here")


def test_the_page_comes_back_after_a_restart_and_fetches_what_it_missed(demo, alice, bob):
    alice.choose("bob")
    bob.choose("alice")
    alice.write("before")
    bob.wait_for_message("before")
    # Bob's way back is held up, so that he misses what alice writes.
    bob.script("window.neverReloaded = true")
    bob.driver.set_network_conditions(offline=True, latency=0, throughput=0)
    assert demo.stop() == 0
    bob.wait_for_state("waiting", "connecting")
    alice.wait_for_state("waiting", "connecting")
    alice.wait_for(lambda: alice.status_is_shown, "the page says that the connection is lost")
    alice.write("written while nobody was there")
    demo.environment["ZANHU_SERVER_LISTEN"] = demo.authority
    demo.start()
    alice.wait_for_state("open")
    alice.wait_for(lambda: not alice.status_is_shown, "the page says no more about it")
    alice.wait_for(
        lambda: alice.find("#conversation .message:last-child").get_attribute("data-state") == "stored",
        "the message is sent after all")
    alice.write("while bob was away")
    alice.wait_for_message("while bob was away", "mine")
    bob.driver.delete_network_conditions()
    bob.wait_for_state("open")
    bob.wait_for_message("while bob was away")
    assert [text for _, text in bob.texts] == ["before", "written while nobody was there", "while bob was away"]
    assert bob.script("return window.neverReloaded") is True


def test_logging_out_leads_to_the_log_in_page_and_ends_the_session(demo, alice):
    alice.find("#logout").click()
    alice.find("#login-submit")
    assert alice.driver.get_cookie("sessionid") is None
    alice.open(demo)
    alice.find("#login-submit")


def test_a_wrong_password_is_said_and_the_name_is_kept(demo, new_browser):
    browser = new_browser()
    browser.open(demo)
    browser.find("#username").send_keys("alice")
    browser.find("#password").send_keys("wrong")
    browser.find("#login-submit").click()
    assert browser.find("#login-error").text
    assert browser.find("#username").get_attribute("value") == "alice"


@pytest.mark.parametrize(("language", "button"), [("zh-CN", "登录"), ("en-US", "Log in")])
def test_the_page_speaks_the_browsers_language(demo, new_browser, language, button):
    browser = new_browser(language=language)
    browser.open(demo)
    assert browser.find("#login-submit").text == button
    assert browser.script("return document.documentElement.lang").startswith(language[:2])
    browser.log_in(demo, "alice", DEMO_PASSWORD)
    assert browser.script("return document.documentElement.lang").startswith(language[:2])
    assert "{{" not in browser.driver.page_source


def test_a_phone_shows_the_list_or_the_conversation_and_never_scrolls_sideways(demo, new_browser):
    browser = new_browser(size=(500, 800))  # Chromium makes no narrower window
    browser.log_in(demo, "alice", DEMO_PASSWORD)
    browser.choose("bob")
    assert not browser.script("return document.querySelector('#people').checkVisibility()")
    browser.write("一" * 200 + "w" * 200)
    browser.wait_for_message("一" * 200 + "w" * 200, "mine")
    assert browser.script("return document.documentElement.scrollWidth <= window.innerWidth")
    browser.find("#back").click()
    browser.find('#people [data-username="bob"]')


def test_an_anonymous_socket_is_refused(demo, new_browser):
    browser = new_browser()
    browser.open(demo, "/login/")
    assert browser.open_socket(demo.ws_url + "/ws/alice/") == 1006
    assert browser.open_socket(demo.ws_url + "/ws/notifications/") == 1006


def test_a_page_of_another_origin_is_refused(demo, alice, foreign_url):
    url = demo.ws_url + "/ws/alice/"
    assert alice.open_socket(url) == "open"
    alice.driver.get(foreign_url)
    assert alice.open_socket(url) == 1006
    assert "origin is not allowed" in demo.log()
    assert alice.fetch(demo.url + "/api/people/", credentials="include") == "TypeError", "it may not read answers"


def test_an_ended_session_leads_to_the_log_in_page(demo, alice, bob):
    alice.choose("bob")
    done = demo.admin("user", "set-password", "alice", "--password-stdin", input="another password\n")
    assert done.returncode == 0, done.stderr
    alice.find("#login-submit")
    assert bob.connection_state == "open"


def test_a_broadcast_is_shown_on_the_open_pages(demo, alice):
    done = demo.admin("broadcast", "维护 <soon>")
    assert (done.returncode, done.stdout) == (0, "reached 1 connection\n"), done.stderr
    assert "维护 <soon>" in alice.find("#broadcasts").text
