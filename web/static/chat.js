/** The chat page: brings the people, the open conversation, the box and the socket together. */
"use strict";

class Chat {
  static #missedPages = 20; // more than so many pages behind, it is cheaper to load afresh
  static #overlap = 5000; // milliseconds: messages are not stored in exactly the order of their times
  static #rememberedIds = 1000;

  #histories = new Map();
  #seen = new Set(); // ids of the latest messages
  #history = null; // of the open conversation
  #cameFromList = false;
  #loadedUpTo = undefined;
  #openedOnce = false;

  #outbox = new Outbox((name) => this.#outboxChanged(name), (message) => this.#receive(message));
  #people = new PeopleList();
  #view = new ConversationView(this.#outbox, {
    onread: () => this.#markRead(),
    onedit: (text) => this.#composer.takeBack(text),
  });
  #composer = new Composer((name, text) => {
    this.#outbox.add(name, text);
    this.#view.follow();
  });
  #status = new StatusLine(() => this.#socket.reconnect());
  #socket = this.#connect();

  async start() {
    page.paintAvatar(page.byId("my-avatar"), page.username);
    const myName = page.byId("my-name");
    myName.title = myName.title.replace("{name}", page.username);
    window.addEventListener("hashchange", () => this.#route());
    document.addEventListener("visibilitychange", () => this.#shown());
    page.byId("people").addEventListener("click", () => { this.#cameFromList = true; });
    page.byId("back").addEventListener("click", (event) => this.#back(event));
    page.byId("logout-form").addEventListener("submit", (event) => this.#logout(event));
    this.#outbox.flush();
    await this.#firstContact();
    const live = this.#openedOnce;
    this.#people.load().then(() => { this.#loadedUpTo = this.#people.newestTime; }).catch(() => {});
    this.#route();
    // What was loaded before the socket opened is completed when it does.
    if (!live) this.#socket.addEventListener("open", () => this.#catchUp().catch(() => {}), { once: true });
  }

  #connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const url = `${scheme}://${location.host}/ws/${encodeURIComponent(page.username)}/`;
    const socket = new ZanhuSocket(url, [], { eventTime: (event) => Chat.#parse(event.data).created_at });
    let openNow = false;
    socket.onconnecting = () => this.#status.connecting(!this.#openedOnce);
    socket.onwaiting = ({ delay }) => this.#status.waiting(delay);
    socket.onopen = () => {
      openNow = true;
      this.#openedOnce = true;
      this.#status.open();
      this.#outbox.flush();
    };
    socket.onclose = (event) => {
      if (event.code === 4401) api.sessionEnded();
      else if (socket.readyState === ZanhuSocket.CLOSED) this.#status.closed(event.reason);
      // A refused handshake does not say why: an ended session shows itself here, and leads to the log-in page.
      else if (!openNow) api.people().catch(() => {});
      openNow = false;
    };
    socket.onmessage = (event) => this.#socketMessage(Chat.#parse(event.data));
    socket.onmissed = (since) => this.#catchUp(since);
    return socket;
  }

  /** Resolves when the socket is open, or is not going to be soon. */
  #firstContact() {
    return new Promise((resolve) => {
      setTimeout(resolve, 1000);
      this.#socket.addEventListener("open", resolve, { once: true });
      this.#socket.addEventListener("close", resolve, { once: true });
    });
  }

  static #parse(data) {
    try {
      return JSON.parse(data) ?? {};
    } catch {
      return {};
    }
  }

  #socketMessage(event) {
    if (event.type === "receive") this.#receive(event, true);
    else if (event.type === "broadcast.message") this.#status.announce(event.text, event.created_at);
  }

  /** A stored message, from an answer, the socket or a fetch; the same one may come from all three. */
  #receive(message, live = false) {
    const { id, sender, recipient, text } = message;
    const mine = sender === page.username;
    const name = mine ? recipient : sender;
    const history = this.#histories.get(name);
    const known = !this.#remember(id) || (history?.state === "ready" && history.has(id));
    history?.add(message);
    this.#outbox.confirm(id);
    if (known) return;
    this.#people.note(name, message, !mine);
    if (history && history === this.#history) {
      this.#view.update(mine ? 0 : 1);
      this.#markRead();
    }
    if (live && !mine) page.byId("announcer").textContent = `${sender}: ${text.slice(0, 300)}`;
  }

  /** Whether it is a new one. */
  #remember(id) {
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    if (this.#seen.size > Chat.#rememberedIds) this.#seen.delete(this.#seen.values().next().value);
    return true;
  }

  /** Fetches what came while the socket was away. */
  async #catchUp(since = this.#loadedUpTo) {
    let after = times.before(since ?? "1970-01-01T00:00:00Z", Chat.#overlap);
    let complete = false;
    for (let count = 0; count < Chat.#missedPages && !complete; ++count) {
      const { messages, more } = await api.missed(after);
      messages.forEach((message) => this.#receive(message));
      complete = !more || messages.length === 0;
      if (!complete) after = messages.at(-1).created_at;
    }
    if (!complete) this.#histories.forEach((history) => { if (history !== this.#history) history.state = "new"; });
    if (this.#history && (!complete || this.#history.state !== "ready")) {
      await this.#history.load();
      this.#view.update();
    }
    await this.#people.load();
    this.#markRead();
  }

  /** Opens the conversation that the address names: /#NAME. */
  #route() {
    let name = "";
    try {
      name = decodeURIComponent(location.hash.slice(1));
    } catch {
      // Not an address that the page makes; the list is shown.
    }
    if (name === page.username) name = "";
    document.body.dataset.view = name ? "conversation" : "people";
    this.#people.activate(name || null);
    this.#open(name);
  }

  async #open(name) {
    const history = name ? this.#histories.get(name) ?? new MessageHistory(name) : null;
    if (history) this.#histories.set(name, history);
    this.#history = history;
    this.#composer.open(history ? name : null);
    await this.#view.open(history);
    if (history !== this.#history) return;
    if (history?.state === "unknown") this.#composer.open(null);
    this.#markRead();
  }

  /** To the list, which is a step back in the browser's history where the reader came from it. */
  #back(event) {
    event.preventDefault();
    if (this.#cameFromList) {
      history.back();
    } else {
      history.replaceState(null, "", location.pathname + location.search);
      this.#route();
    }
    this.#cameFromList = false;
  }

  #outboxChanged(name) {
    if (name === this.#history?.name) this.#view.update();
  }

  #markRead() {
    if (!this.#history || document.visibilityState !== "visible" || !this.#view.following) return;
    if (this.#history.state === "ready") this.#people.markRead(this.#history.name);
  }

  #shown() {
    if (document.visibilityState !== "visible") return;
    this.#view.update(); // "today" may have become "yesterday"
    if (this.#openedOnce) this.#people.refresh(); // another page may have read what is unread here
    this.#markRead();
  }

  #logout(event) {
    if (this.#outbox.size > 0 && !confirm(page.text("logoutUnsent"))) {
      event.preventDefault();
      return;
    }
    this.#socket.close(); // else its 4401 and the answer to this form both lead somewhere
    this.#outbox.clear();
    this.#composer.clear(); // the next person at this computer is not to find them
  }
}

new Chat().start();
