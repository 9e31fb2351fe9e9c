/** The stored messages with one person, as far as they are loaded; no DOM in it. */
"use strict";

class MessageHistory {
  static #keptAway = 200; // of a conversation that is not open, so many of the newest messages stay in memory

  /** "new", "loading", "ready", "error", or "unknown": there is no such person. */
  state = "new";
  detail = "";
  /** Whether the server has earlier ones. */
  more = false;
  /** Of the earlier messages: "", "loading" or "error". */
  older = "";

  #messages = new Map();
  #sorted = null;

  constructor(name) {
    this.name = name;
  }

  get size() {
    return this.#messages.size;
  }

  has(id) {
    return this.#messages.has(id);
  }

  /** Oldest first. */
  get messages() {
    this.#sorted ??= [...this.#messages.values()].sort(
      (one, other) => (times.key(one.created_at) < times.key(other.created_at) ? -1 : 1));
    return this.#sorted;
  }

  /** Whether it was not there yet: a message may come by answer, by socket and by fetch. */
  add(message) {
    if (this.state === "new" || this.#messages.has(message.id)) return false;
    this.#messages.set(message.id, message);
    this.#sorted = null;
    return true;
  }

  /** Loads the newest page, also again. Earlier messages that would leave a gap to it are let go. */
  async load() {
    if (this.state === "loading") return;
    this.state = "loading";
    try {
      const { messages, more } = await api.messages(this.name);
      if (more || this.size === 0) this.#keepFrom(messages[0]);
      messages.forEach((message) => this.add(message));
      this.more = more;
      this.state = "ready";
    } catch (error) {
      this.state = error.status === 404 ? "unknown" : "error";
      this.detail = error.detail;
    }
  }

  /** Loads the page before the oldest message that is here. */
  async loadOlder() {
    if (this.state !== "ready" || !this.more || this.older === "loading") return;
    this.older = "loading";
    try {
      const { messages, more } = await api.messages(this.name, this.messages[0].created_at);
      messages.forEach((message) => this.add(message));
      this.more = more && messages.length > 0;
      this.older = "";
    } catch {
      this.older = "error";
    }
  }

  /** The conversation is left: the newest stay. */
  shrink() {
    if (this.size <= MessageHistory.#keptAway || this.older === "loading") return;
    this.#keepFrom(this.messages[this.size - MessageHistory.#keptAway]);
    this.more = true;
  }

  #keepFrom(oldest) {
    if (!oldest) return;
    const from = times.key(oldest.created_at);
    for (const [id, message] of this.#messages) {
      if (times.key(message.created_at) < from) this.#messages.delete(id);
    }
    this.#sorted = null;
  }
}
