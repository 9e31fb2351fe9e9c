/** The line that says that the connection is away, and the operator's announcements. */
"use strict";

class StatusLine {
  static #patience = 1000; // the first connection is not worth a word before so many milliseconds
  static #keptAnnouncements = 20;

  #line = page.byId("status");
  #text = page.byId("status-text");
  #seconds = page.byId("status-seconds");
  #retry = page.byId("status-retry");
  #announcements = page.byId("broadcasts");
  #timer = 0;

  /** @param {() => void} onretry The reader does not want to wait. */
  constructor(onretry) {
    this.#retry.addEventListener("click", onretry);
  }

  connecting(first) {
    clearInterval(this.#timer);
    if (!first) this.#show("connecting", page.text("reconnecting"));
    else this.#timer = setTimeout(() => this.#show("connecting", page.text("connecting")), StatusLine.#patience);
  }

  open() {
    clearInterval(this.#timer);
    this.#line.dataset.state = "open";
    this.#line.hidden = true;
    this.#text.textContent = "";
  }

  waiting(delay) {
    const until = Date.now() + delay;
    this.#show("waiting", page.text("reconnecting"));
    const count = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      this.#seconds.textContent = left > 1 ? page.text("seconds", { count: left }) : "";
      this.#retry.hidden = left <= 1;
    };
    count();
    this.#timer = setInterval(count, 500);
  }

  closed(reason) {
    this.#show("closed", [page.text("connectionClosed"), reason].filter(Boolean).join(" "));
    this.#retry.hidden = false;
  }

  announce(text, time) {
    const date = time ? new Date(time) : new Date();
    const dismiss = page.element(
      "button", { className: "button-link", type: "button", textContent: page.text("dismiss") });
    const notice = page.element("div", { className: "notice notice-broadcast" },
      page.element("strong", { textContent: page.text("announcement") }),
      page.element("span", { className: "notice-text", dir: "auto", textContent: text }),
      page.element("time", { dateTime: time ?? "", textContent: times.clock(date), title: times.full(date) }),
      dismiss);
    dismiss.addEventListener("click", () => notice.remove());
    this.#announcements.prepend(notice);
    // A page that is left open for weeks does not grow without end; the oldest were long seen.
    while (this.#announcements.childElementCount > StatusLine.#keptAnnouncements) {
      this.#announcements.lastElementChild.remove();
    }
  }

  #show(state, text) {
    clearInterval(this.#timer);
    this.#line.dataset.state = state;
    if (this.#text.textContent !== text) this.#text.textContent = text; // said once, not with every attempt
    this.#seconds.textContent = "";
    this.#retry.hidden = true;
    this.#line.hidden = false;
  }
}
