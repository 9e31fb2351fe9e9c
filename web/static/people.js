/** The list of people: who there is, the last message with each, what is unread. */
"use strict";

class PeopleList {
  static #filterFrom = 9; // a shorter list is read faster than searched

  #list = page.byId("people");
  #state = page.byId("people-state");
  #filter = page.byId("people-filter");
  #people = new Map(); // name -> {username, last_message, unread, reading}
  #rows = new Map();
  #active = null;
  #loaded = false;
  #loading = null;
  #overtaken = false; // something happened while the list was on its way; the answer may not know of it
  #scheduled = false;

  constructor() {
    this.#filter.addEventListener("input", () => this.#render());
  }

  /** The time of the newest message that the list knows of. */
  get newestTime() {
    return [...this.#people.values()].reduce(
      (newest, person) => times.later(newest, person.last_message?.created_at), undefined);
  }

  /** How many messages wait for the reader, without those that are being marked as read. */
  get unread() {
    return [...this.#people.values()].reduce((sum, person) => sum + (person.reading ? 0 : person.unread), 0);
  }

  has(name) {
    return this.#people.has(name);
  }

  /** Asks the server for the list; one question at a time. What is shown stays when it fails. */
  load() {
    this.#loading ??= this.#load().finally(() => { this.#loading = null; });
    return this.#loading;
  }

  /** For the places where a failure is no news: what is shown stays, and a later load puts it right. */
  refresh() {
    this.load().catch((error) => console.warn("zanhu: could not load the list of people", error));
  }

  async #load() {
    if (!this.#loaded) page.showState(this.#state, "loading", page.text("loading"));
    try {
      let people;
      do {
        this.#overtaken = false;
        people = await api.people();
      } while (this.#overtaken);
      this.#people = new Map(people.map((person) => [person.username, { ...person, reading: false }]));
      this.#loaded = true;
      this.#render();
    } catch (error) {
      if (!this.#loaded) {
        const button = { text: page.text("tryAgain"), action: () => this.refresh() };
        page.showState(this.#state, "error", page.text("peopleError"), error.detail, button);
      }
      throw error;
    }
  }

  activate(name) {
    this.#active = name;
    this.#schedule();
  }

  /** A message to or from that person is new; `unread` when it waits for the reader. */
  note(name, message, unread) {
    this.#overtaken = this.#loading !== null;
    const person = this.#people.get(name);
    if (!person) {
      this.refresh(); // an account that was made after the list was loaded
      return;
    }
    const known = person.last_message;
    if (known?.id === message.id) return;
    if (!known || times.key(message.created_at) >= times.key(known.created_at)) person.last_message = message;
    if (unread) person.unread += 1;
    this.#schedule();
  }

  /** Tells the server that the conversation was read. Where that fails, it stays unread here too. */
  async markRead(name) {
    const person = this.#people.get(name);
    if (!person || person.reading || person.unread === 0) return;
    person.reading = true;
    this.#overtaken = this.#loading !== null;
    const seen = person.unread;
    try {
      await api.markRead(name);
      person.unread = Math.max(0, person.unread - seen);
    } catch (error) {
      console.warn("zanhu: could not mark the conversation as read", error);
    } finally {
      person.reading = false;
      this.#schedule();
    }
  }

  /** Draws once for all that happens in one turn. */
  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#render();
    });
  }

  #render() {
    if (!this.#loaded) return;
    this.#filter.parentElement.hidden = this.#people.size < PeopleList.#filterFrom;
    const wanted = this.#filter.value.trim().toLocaleLowerCase();
    const shown = [...this.#people.values()]
      .filter((person) => person.username.toLocaleLowerCase().includes(wanted))
      .sort(PeopleList.#byRecent);
    page.arrange(this.#list, shown.map((person) => this.#row(person)));
    if (this.#people.size === 0) {
      page.showState(this.#state, "empty", page.text("peopleEmptyTitle"), page.text("peopleEmptyHint"));
    } else {
      page.showState(this.#state, "empty", shown.length ? "" : page.text("peopleFilterNone"));
    }
    const count = this.unread;
    document.title = count > 0 ? `(${count}) ${PeopleList.#title}` : PeopleList.#title;
  }

  #row(person) {
    const name = person.username;
    let row = this.#rows.get(name);
    if (!row) {
      row = PeopleList.#newRow(name);
      this.#rows.set(name, row);
    }
    const active = name === this.#active;
    if (active) row.link.setAttribute("aria-current", "true");
    else row.link.removeAttribute("aria-current");
    row.link.classList.toggle("has-unread", person.unread > 0);
    const { last_message: last } = person;
    row.time.textContent = last ? times.short(new Date(last.created_at)) : "";
    row.time.dateTime = last?.created_at ?? "";
    row.preview.textContent = PeopleList.#preview(last);
    row.preview.classList.toggle("is-none", !last);
    row.badge.hidden = person.unread === 0;
    row.badge.firstChild.textContent = person.unread > 99 ? "99+" : String(person.unread);
    row.badge.lastChild.textContent = page.text("unread", { count: person.unread });
    return row.item;
  }

  static #title = document.title;

  static #preview(message) {
    if (!message) return page.text("previewNone");
    const text = message.text.replace(/\s+/g, " ");
    return message.sender === page.username ? page.text("previewOwn", { text }) : text;
  }

  static #byRecent(one, other) {
    const [a, b] = [one, other].map(({ last_message: last }) => (last ? times.key(last.created_at) : ""));
    if (a !== b) return a < b ? 1 : -1;
    return one.username.localeCompare(other.username, page.language);
  }

  static #newRow(name) {
    const avatar = page.element("span", { className: "avatar", ariaHidden: "true" });
    page.paintAvatar(avatar, name);
    const time = page.element("time", { className: "person-time" });
    const preview = page.element("span", { className: "person-preview", dir: "auto" });
    const badge = page.element("span", { className: "badge" },
      page.element("span", { ariaHidden: "true" }), page.element("span", { className: "visually-hidden" }));
    const href = `#${encodeURIComponent(name)}`;
    const link = page.element("a", { className: "person", href, data: { username: name } },
      avatar, page.element("span", { className: "person-name", dir: "auto", textContent: name }), time, preview, badge);
    return { item: page.element("li", {}, link), link, time, preview, badge };
  }
}
