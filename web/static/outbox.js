/**
 * Messages that were written here and are not known to be stored by the server.
 *
 * They are sent one after the other, so that they arrive in order. A message whose POST got no answer is
 * sent again under the same id, which the server stores once. One that the server refused waits for its
 * writer. They live in sessionStorage, so that a reload or a new log-in in this tab loses nothing.
 */
"use strict";

class Outbox {
  static #waits = [1000, 2000, 5000, 10000, 20000, 30000];

  #key = `zanhu:outbox:${page.username}`;
  #entries;
  #onchange;
  #onstored;
  #running = false;
  #failures = 0;
  #timer = 0;

  /**
   * @param {(name: string) => void} onchange What waits for that person has changed.
   * @param {(message: object) => void} onstored The server has the message.
   */
  constructor(onchange, onstored) {
    this.#onchange = onchange;
    this.#onstored = onstored;
    this.#entries = stored.read(this.#key, []);
    // An attempt that the reload cut off is simply made again: the id is the same.
    this.#entries.forEach((entry) => { if (entry.state === "sending") entry.state = "queued"; });
  }

  get size() {
    return this.#entries.length;
  }

  /** Entries {id, to, text, state: "queued" | "sending" | "waiting" | "failed", detail, writtenAt}. */
  to(name) {
    return this.#entries.filter((entry) => entry.to === name);
  }

  add(to, text) {
    this.#entries.push({ id: api.newId(), to, text, state: "queued", detail: "", writtenAt: new Date().toISOString() });
    this.#changed(to);
    this.flush();
  }

  retry(id) {
    const entry = this.#find(id);
    if (!entry) return;
    this.#set(entry, "queued");
    this.flush();
  }

  /** Takes out a message that is not being sent and gives its text; null when it is too late. */
  take(id) {
    const entry = this.#find(id);
    if (!entry || entry.state === "sending") return null;
    this.confirm(id);
    return entry.text;
  }

  /** The server has it; known from an answer, the socket or a fetch. */
  confirm(id) {
    const entry = this.#find(id);
    if (!entry) return;
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    this.#changed(entry.to);
  }

  clear() {
    this.#entries = [];
    this.#save();
  }

  /** Sends what waits, now. */
  async flush() {
    clearTimeout(this.#timer);
    if (this.#running) return;
    this.#running = true;
    try {
      let goOn = true;
      while (goOn) {
        const entry = this.#entries.find(({ state }) => state === "queued" || state === "waiting");
        goOn = Boolean(entry) && (await this.#send(entry));
      }
    } finally {
      this.#running = false;
    }
  }

  /** Whether to go on with the next one. */
  async #send(entry) {
    this.#set(entry, "sending");
    let message;
    try {
      message = await api.send(entry);
    } catch (error) {
      if (error.kind === "answer") {
        this.#set(entry, "failed", error.detail);
        return true;
      }
      this.#set(entry, "waiting");
      if (error.kind === "network") this.#later();
      return false;
    }
    this.#failures = 0;
    this.#onstored(message);
    this.confirm(entry.id);
    return true;
  }

  #later() {
    const wait = Outbox.#waits[Math.min(this.#failures, Outbox.#waits.length - 1)];
    this.#failures += 1;
    this.#timer = setTimeout(() => this.flush(), wait * (0.5 + Math.random() / 2));
  }

  #find(id) {
    return this.#entries.find((entry) => entry.id === id);
  }

  #set(entry, state, detail = "") {
    Object.assign(entry, { state, detail });
    this.#changed(entry.to);
  }

  #changed(name) {
    this.#save();
    this.#onchange(name);
  }

  #save() {
    stored.write(this.#key, this.#entries);
  }
}

/** sessionStorage with JSON. A browser may refuse it or have it full; the page then does without. */
const stored = {
  read(key, otherwise) {
    try {
      return JSON.parse(sessionStorage.getItem(key)) ?? otherwise;
    } catch {
      return otherwise;
    }
  },

  write(key, value) {
    try {
      sessionStorage.setItem(key, JSON.stringify(value));
    } catch {
      console.warn("zanhu: what is not sent yet will not survive a reload, this browser does not keep it");
    }
  },
};
