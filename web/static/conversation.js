/** The open conversation: draws a MessageHistory and what the Outbox still holds for that person, and scrolls. */
"use strict";

class ConversationView {
  static #groupGap = 5 * 60 * 1000; // messages of one person this close together stand together
  static #bottomSlack = 60; // pixels: this near to the bottom the reader follows what is new
  static #topReach = 400; // pixels: this near to the top earlier messages are fetched

  #history = null;
  #outbox;
  #handlers;
  #nodes = new Map(); // of the open conversation: message id or day -> node
  #following = true;
  #unseen = 0;

  #head = page.byId("conversation-head");
  #scroller = page.byId("history");
  #list = page.byId("messages");
  #older = page.byId("older");
  #start = page.byId("conversation-start");
  #state = page.byId("conversation-state");
  #newest = page.byId("newest");

  /**
   * @param {Outbox} outbox
   * @param {{onread: () => void, onedit: (text: string) => void}} handlers The newest message is in view; a
   *     message that was not sent goes back to the box.
   */
  constructor(outbox, handlers) {
    this.#outbox = outbox;
    this.#handlers = handlers;
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#older.addEventListener("click", () => this.#loadOlder());
    this.#newest.addEventListener("click", () => this.#toBottom("smooth"));
    // A higher box, a keyboard on the screen or a new line must not push the newest message out of view.
    const observer = new ResizeObserver(() => this.#following && this.#toBottom());
    observer.observe(this.#scroller);
    observer.observe(this.#list);
    this.#render();
  }

  /** Whether the reader sees the newest message. */
  get following() {
    return this.#following;
  }

  /** Shows that conversation, or the invitation to choose one. */
  async open(history) {
    this.#history?.shrink();
    this.#history = history;
    this.#nodes.clear();
    this.#list.replaceChildren();
    this.#following = true;
    this.#unseen = 0;
    this.#head.hidden = !history;
    if (history) {
      page.byId("conversation-name").textContent = history.name;
      page.paintAvatar(page.byId("conversation-avatar"), history.name);
    }
    this.#render();
    if (history && history.state !== "ready") await this.#load();
  }

  /** The history or the outbox of the open conversation has changed. `unseen` new messages are someone else's. */
  update(unseen = 0) {
    this.#unseen = this.#following ? 0 : this.#unseen + unseen;
    this.#render();
  }

  /** The reader has written: what is new is in view, wherever the reader was. */
  follow() {
    this.#following = true;
    this.#unseen = 0;
    this.#render();
  }

  async #load() {
    const history = this.#history;
    const loading = history.load();
    this.#render();
    await loading;
    if (history === this.#history) {
      this.#render();
      this.#handlers.onread();
    }
  }

  async #loadOlder() {
    const history = this.#history;
    const loading = history?.loadOlder();
    this.#render();
    await loading;
    if (history && history === this.#history) this.#render();
  }

  #render() {
    this.#renderState();
    if (!this.#history) return;
    const anchor = this.#following ? null : this.#firstInView();
    const anchorTop = anchor?.getBoundingClientRect().top;
    page.arrange(this.#list, this.#drawAll());
    const { older, more, size } = this.#history;
    this.#older.hidden = !more;
    this.#older.disabled = older === "loading";
    this.#older.textContent = page.text({ "": "older", loading: "loading", error: "olderError" }[older]);
    this.#start.hidden = more || size === 0;
    if (this.#following) this.#toBottom();
    // What the reader looks at stays where it is, whatever was added above it.
    else if (anchor?.isConnected) this.#scroller.scrollTop += anchor.getBoundingClientRect().top - anchorTop;
    this.#renderChip();
  }

  #firstInView() {
    const top = this.#scroller.getBoundingClientRect().top;
    return [...this.#list.querySelectorAll(".message")].find((node) => node.getBoundingClientRect().bottom > top);
  }

  #renderState() {
    const state = this.#history?.state ?? "none";
    const name = this.#history?.name;
    const show = (kind, ...rest) => page.showState(this.#state, kind, ...rest);
    const empty = !this.#history || (this.#history.size === 0 && this.#outbox.to(name).length === 0);
    if (state === "none") {
      show("choose", page.text("chooseTitle"), page.text("chooseHint"));
    } else if (state === "unknown") {
      show("unknown", page.text("conversationUnknownTitle", { name }), page.text("conversationUnknownHint"));
    } else if (state === "error") {
      const button = { text: page.text("tryAgain"), action: () => this.#load() };
      show("error", page.text("conversationError"), this.#history.detail, button);
    } else if (!empty) {
      show("");
    } else if (state === "ready") {
      show("empty", page.text("conversationEmptyTitle"), page.text("conversationEmptyHint", { name }));
    } else {
      show("loading", page.text("loading"));
    }
    this.#state.classList.toggle("is-strip", state === "error" && !empty);
  }

  #renderChip() {
    this.#newest.hidden = this.#following;
    this.#newest.classList.toggle("has-unseen", this.#unseen > 0);
    page.byId("newest-text").textContent =
      this.#unseen > 0 ? page.text("newMessages", { count: this.#unseen }) : page.text("toNewest");
  }

  #drawAll() {
    const pending = this.#outbox.to(this.#history.name).map((entry) => (
      { id: entry.id, sender: page.username, text: entry.text, created_at: entry.writtenAt, pending: entry }));
    const items = [...this.#history.messages, ...pending];
    const dates = items.map((item) => new Date(item.created_at));
    const joined = items.map((item, index) => (
      index > 0
      && item.sender === items[index - 1].sender
      && dates[index] - dates[index - 1] < ConversationView.#groupGap
      && times.dayNumber(dates[index]) === times.dayNumber(dates[index - 1])));
    const nodes = [];
    items.forEach((item, index) => {
      if (index === 0 || times.dayNumber(dates[index]) > times.dayNumber(dates[index - 1])) {
        nodes.push(this.#drawDay(dates[index]));
      }
      nodes.push(this.#drawMessage(item, dates[index], !joined[index], !joined[index + 1]));
    });
    return nodes;
  }

  #drawDay(date) {
    const key = `day ${times.dayNumber(date)}`;
    const node = this.#nodes.get(key) ?? page.element("li", { className: "day" }, page.element("span"));
    this.#nodes.set(key, node);
    node.firstChild.textContent = times.day(date); // "today" becomes "yesterday" on an open page
    return node;
  }

  #drawMessage(item, date, first, last) {
    const { id, sender, text, created_at: time, pending } = item;
    let node = this.#nodes.get(id);
    if (!node) {
      const mine = sender === page.username;
      node = page.element("li", { className: `message ${mine ? "mine" : "theirs"}`, data: { id, sender } },
        page.element("span", { className: "visually-hidden", textContent: `${mine ? page.text("you") : sender}: ` }),
        page.element("p", { className: "bubble", dir: "auto", textContent: text }));
      this.#nodes.set(id, node);
    }
    node.classList.toggle("is-first", first);
    node.classList.toggle("is-last", last);
    const state = pending ? `${pending.state} ${pending.detail}` : "stored";
    if (node.dataset.drawn === `${state} ${time}`) return node;
    node.dataset.drawn = `${state} ${time}`;
    node.dataset.state = pending?.state ?? "stored";
    node.querySelector(".bubble").title = times.full(date);
    node.querySelector(".message-foot")?.remove();
    node.append(pending ? this.#drawPending(pending) : ConversationView.#drawTime(date, time));
    return node;
  }

  static #drawTime(date, time) {
    return page.element("p", { className: "message-foot" },
      page.element("time", { dateTime: time, textContent: times.clock(date) }));
  }

  #drawPending({ id, state, detail }) {
    const foot = page.element("p", { className: "message-foot" });
    if (state !== "failed") {
      foot.textContent = page.text(state === "waiting" ? "waitingToSend" : "sending");
      return foot;
    }
    foot.setAttribute("role", "alert");
    const button = (key, className, click) => page.element(
      "button", { type: "button", className: `button-link ${className}`, textContent: page.text(key), on: { click } });
    foot.append(
      page.element("span", { textContent: `${page.text("notSent")} ${detail}` }),
      button("sendAgain", "send-again", () => this.#outbox.retry(id)),
      button("edit", "edit", () => {
        const text = this.#outbox.take(id);
        if (text !== null) this.#handlers.onedit(text);
      }));
    return foot;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    if (clientHeight === 0) return; // the list of people is shown instead, on a phone
    this.#following = scrollHeight - scrollTop - clientHeight < ConversationView.#bottomSlack;
    if (this.#following) this.#unseen = 0;
    this.#renderChip();
    if (this.#following) this.#handlers.onread();
    const { more = false, older = "" } = this.#history ?? {};
    if (scrollTop < ConversationView.#topReach && more && older === "") this.#loadOlder();
  }

  #toBottom(behavior = "instant") {
    this.#scroller.scrollTo({ top: this.#scroller.scrollHeight, behavior });
  }
}
