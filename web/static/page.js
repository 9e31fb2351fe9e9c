/**
 * What all scripts of the chat page use: its texts, DOM nodes, times.
 *
 * The scripts are plain ones, loaded in the order of chat.html; each defines one class or object.
 * Whatever people wrote is put in with textContent only.
 */
"use strict";

const page = {
  username: document.body.dataset.username,
  language: document.documentElement.lang,

  /** The text of data-text-KEY of the body, with {name} and the like filled in. */
  text(key, values = {}) {
    const template = document.body.dataset[`text${key[0].toUpperCase()}${key.slice(1)}`] ?? key;
    return template.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
  },

  byId(id) {
    return document.getElementById(id);
  },

  /** A new element; `properties` are those of the DOM, with `data` for its dataset and `on` for listeners. */
  element(tag, { data = {}, on = {}, ...properties } = {}, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    Object.assign(node.dataset, data);
    Object.entries(on).forEach(([event, listener]) => node.addEventListener(event, listener));
    node.append(...children);
    return node;
  },

  /** Makes `parent` hold exactly `nodes`, moving only what is not in its place, and keeps the focus. */
  arrange(parent, nodes) {
    const focused = parent.contains(document.activeElement) ? document.activeElement : null;
    let place = parent.firstChild;
    for (const node of nodes) {
      if (node === place) place = place.nextSibling;
      else parent.insertBefore(node, place);
    }
    while (place) {
      const next = place.nextSibling;
      place.remove();
      place = next;
    }
    if (focused && focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
  },

  /** Fills the avatar of a person: the first character of the name on one of eight quiet colours. */
  paintAvatar(node, name) {
    const sum = [...name].reduce((total, character) => (total * 31 + character.codePointAt(0)) >>> 0, 7);
    node.textContent = [...name][0].toLocaleUpperCase();
    node.dataset.tone = String(sum % 8);
  },

  /** A state shown in place of content: a title, a hint, a button; all but the title may be absent. */
  showState(node, kind, title = "", hint = "", button = null) {
    node.dataset.kind = kind;
    const parts = [];
    if (kind === "loading") parts.push(page.element("span", { className: "spinner", ariaHidden: "true" }));
    if (title) parts.push(page.element("p", { className: "state-title", textContent: title }));
    if (hint) parts.push(page.element("p", { className: "state-hint", textContent: hint }));
    if (button) {
      const on = { click: button.action };
      parts.push(page.element("button", { className: "button-quiet", type: "button", textContent: button.text, on }));
    }
    node.replaceChildren(...parts);
    node.hidden = parts.length === 0;
  },
};

/** Times. The server's have microseconds, which Date does not keep, so cursors stay the server's own text. */
const times = {
  /** A form of an ISO time in UTC that sorts as text: always six digits after the point. */
  key(iso) {
    const [whole, fraction = ""] = iso.replace(/Z$|\+00:00$/, "").split(".");
    return `${whole}.${fraction.padEnd(6, "0")}`;
  },

  later(one, other) {
    if (!one || !other) return one ?? other;
    return times.key(one) >= times.key(other) ? one : other;
  },

  /** `iso`, so many milliseconds earlier. */
  before(iso, milliseconds) {
    return new Date(Math.max(0, Date.parse(iso) - milliseconds)).toISOString();
  },

  clock(date) {
    return times.clockFormat.format(date);
  },

  full(date) {
    return times.fullFormat.format(date);
  },

  dayNumber(date) {
    return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86400000);
  },

  /** "Today", "Yesterday", "Friday 3 April", with the year when it is another one. */
  day(date) {
    const away = times.dayNumber(date) - times.dayNumber(new Date());
    if (away === 0 || away === -1) {
      const word = times.relativeFormat.format(away, "day");
      return word[0].toLocaleUpperCase() + word.slice(1);
    }
    const year = date.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
    return date.toLocaleDateString(page.language, { weekday: "long", day: "numeric", month: "long", year });
  },

  /** For the list of people: the clock today, else a short date. */
  short(date) {
    const away = times.dayNumber(date) - times.dayNumber(new Date());
    if (away === 0) return times.clock(date);
    if (away > -7 && away < 0) return date.toLocaleDateString(page.language, { weekday: "short" });
    const year = date.getFullYear() === new Date().getFullYear() ? undefined : "2-digit";
    return date.toLocaleDateString(page.language, { day: "numeric", month: "short", year });
  },

  clockFormat: new Intl.DateTimeFormat(page.language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
  fullFormat: new Intl.DateTimeFormat(page.language, { dateStyle: "full", timeStyle: "medium", hourCycle: "h23" }),
  relativeFormat: new Intl.RelativeTimeFormat(page.language, { numeric: "auto" }),
};
