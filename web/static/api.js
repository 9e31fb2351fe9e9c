/** The site's JSON interface. Every failure is an ApiError; an ended session leads to the log-in page. */
"use strict";

class ApiError extends Error {
  /**
   * @param {"network" | "answer" | "session"} kind Nothing came back, the server said no, or nobody is logged in.
   * @param {string} detail A sentence for the reader; empty for "network".
   */
  constructor(kind, status = 0, detail = "") {
    super(`${kind} ${status} ${detail}`);
    this.kind = kind;
    this.status = status;
    this.detail = detail;
  }
}

const api = {
  pageSize: 50,
  timeout: 20000,
  csrfToken: document.querySelector("meta[name=csrf-token]").content,

  async people() {
    return (await api.request("GET", "/api/people/")).people;
  },

  /** One page of a conversation, oldest first: the newest, or the one before `before`. */
  messages(name, before = null) {
    const query = new URLSearchParams({ with: name, limit: api.pageSize });
    if (before) query.set("before", before);
    return api.request("GET", `/api/messages/?${query}`);
  },

  missed(after) {
    return api.request("GET", `/api/missed/?${new URLSearchParams({ after })}`);
  },

  /** Stores and sends a message. A second call with the same id gives the stored message and sends nothing. */
  send({ id, to, text }) {
    return api.request("POST", "/api/messages/", { id, to, message: text });
  },

  markRead(name) {
    return api.request("POST", "/api/messages/read/", { with: name });
  },

  /** A version 4 UUID. crypto.randomUUID would do, but is absent where the site is not served over TLS. */
  newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  },

  async request(method, url, body) {
    const headers = { Accept: "application/json" };
    if (method === "POST") {
      headers["X-CSRFToken"] = api.csrfToken;
      headers["Content-Type"] = "application/json";
    }
    let response;
    let answer;
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), api.timeout);
    try {
      const { signal } = deadline;
      response = await fetch(url, { method, headers, body: JSON.stringify(body), cache: "no-store", signal });
      answer = await response.text();
    } catch {
      throw new ApiError("network");
    } finally {
      clearTimeout(timer);
    }
    return api.read(response, answer, url);
  },

  async read(response, answer, url) {
    if (response.ok && response.status === 204) return null;
    let json = null;
    try {
      json = JSON.parse(answer);
    } catch {
      // Not the site's answer but a proxy's page: while the site restarts, it was simply not reached.
      if (response.status >= 502 && response.status <= 504) throw new ApiError("network", response.status);
    }
    if (response.ok && json) return json;
    if (response.status === 401 || (response.status === 403 && url === "/api/people/")) {
      api.sessionEnded();
      throw new ApiError("session", response.status);
    }
    if (response.status === 403) await api.people(); // leads to the log-in page when that is the reason
    throw new ApiError("answer", response.status, json?.detail || page.text("serverError"));
  },

  /** Goes to the log-in page, and from there back to the conversation that is open now. */
  sessionEnded() {
    const next = location.pathname + location.search + location.hash;
    location.assign(`/login/?${new URLSearchParams({ next })}`);
  },
};
