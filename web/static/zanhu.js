/**
 * zanhu.js: a WebSocket that comes back by itself.
 *
 * One file, no dependency, no build step; use it with any WebSocket server. It takes the place of
 * reconnecting-websocket.js: make it with `new`, set `onmessage`, forget about lost connections.
 *
 *     <script src="/static/zanhu.js"></script>            defines the global ZanhuSocket
 *     import "/static/zanhu.js";                          the same, from a module
 *
 *     const scheme = location.protocol === "https:" ? "wss" : "ws";
 *     const socket = new ZanhuSocket(`${scheme}://${location.host}/ws/${encodeURIComponent(name)}/`);
 *     socket.onmessage = (event) => show(JSON.parse(event.data));
 *     socket.onmissed = (since) => fetch(`/api/missed/?after=${since}`).then(...);
 *
 * What it promises
 * - There is never more than one connection.
 * - After a loss it waits, longer each time and by a random part, so that the pages of a restarted
 *   server do not all come back in the same instant. It tries at once when the browser gets its
 *   network back or when the page is shown again.
 * - It stays closed after close(), and after a close code that says that trying again is no use.
 * - Each time it is back it calls `onmissed`, until that succeeded once: a server does not keep what
 *   it sent while nobody listened, so the page has to ask for it.
 */
"use strict";

(() => {
  /**
   * @typedef {object} ZanhuSocketOptions
   * @property {number} [minDelay=500] Shortest wait before a new attempt, in milliseconds.
   * @property {number} [maxDelay=30000] Longest wait, in milliseconds.
   * @property {number} [factor=2] The upper end of the wait grows by this with every failed attempt;
   *     the wait is a random time between minDelay and that end.
   * @property {number} [stableAfter=10000] A connection that stayed open for so many milliseconds
   *     counts as good: the waits start again from the shortest.
   * @property {number} [connectTimeout=15000] An attempt that has not opened after so many
   *     milliseconds is given up.
   * @property {number[]} [fatalCodes=[1008, 4401, 4403]] Close codes after which no attempt is made:
   *     1008 the server's policy refuses this client, 4401 the session has ended, 4403 not allowed.
   *     reconnect() still works.
   * @property {number} [maxQueued=0] How many messages send() keeps while the connection is away.
   *     They are sent, in order, as soon as it is back. With 0 nothing is kept.
   * @property {(event: MessageEvent) => string | undefined} [eventTime] Reads the time of a message
   *     from its event, for `onmissed`. Give one that returns the server's own time where messages
   *     carry it; without one it is the time of arrival by the clock of this computer.
   * @property {(since: string | undefined) => unknown} [fetchMissed] The first value of `onmissed`.
   */
  const defaults = {
    minDelay: 500,
    maxDelay: 30000,
    factor: 2,
    stableAfter: 10000,
    connectTimeout: 15000,
    fatalCodes: [1008, 4401, 4403],
    maxQueued: 0,
    eventTime: () => new Date().toISOString(),
    fetchMissed: null,
  };

  // A server that goes away tells everybody at the same moment, so the first wait is already spread wider.
  const goingAwayCodes = [1001, 1012, 1013];

  /**
   * Events, each as an on... property and through addEventListener:
   *
   * - `open`, `error` and `message` as of a WebSocket; `open` comes again after every reconnection.
   * - `close`, a CloseEvent, for every connection that ended or could not be made. `readyState` is
   *   CONNECTING in its handlers when another attempt follows, CLOSED when none does.
   * - `waiting`, an Event with `attempt` (1 for the first after a loss), `delay` in milliseconds and
   *   `code`, the close code: nothing is connected now and the next attempt is that far away.
   * - `connecting`, when an attempt begins.
   */
  class ZanhuSocket extends EventTarget {
    static CONNECTING = 0;
    static OPEN = 1;
    static CLOSING = 2;
    static CLOSED = 3;

    onopen = null;
    onmessage = null;
    onclose = null;
    onerror = null;
    onwaiting = null;
    onconnecting = null;

    /**
     * Called after every reconnection with the time of the last message before the loss, undefined
     * when there was none. When it throws, or returns a promise that is rejected, it is called again
     * later with the same time, for as long as the connection stays; else after the next reconnection.
     * @type {((since: string | undefined) => unknown) | null}
     */
    onmissed = null;

    #url;
    #protocols;
    #options;
    #socket = null;
    #state = ZanhuSocket.CONNECTING;
    #binaryType = "blob";
    #attempt = 0;
    #attemptedAt = 0;
    #timers = { wait: 0, timeout: 0, stable: 0, missed: 0 };
    #queue = [];
    #openedOnce = false;
    #lastEventTime = undefined;
    #gap = null; // { since } from the first loss until onmissed succeeded
    #onOnline = () => this.#wake(true);
    #onVisible = () => document.visibilityState === "visible" && this.#wake(false);
    #onPageShow = (event) => event.persisted && this.#wake(true);

    /**
     * Connects at once.
     * @param {string | URL} url
     * @param {string | string[]} [protocols] The subprotocols to offer.
     * @param {ZanhuSocketOptions} [options]
     */
    constructor(url, protocols = [], options = {}) {
      super();
      this.#url = String(url);
      this.#protocols = protocols;
      this.#options = { ...defaults, ...options };
      this.onmissed = this.#options.fetchMissed;
      this.#connect(); // throws a SyntaxError, as WebSocket does, for an unusable address or subprotocol
      this.#listen(true);
    }

    get url() { return this.#url; }
    get protocol() { return this.#socket?.protocol ?? ""; }
    get extensions() { return this.#socket?.extensions ?? ""; }
    get bufferedAmount() { return this.#socket?.bufferedAmount ?? 0; }

    /** CONNECTING while an attempt is made or waited for, OPEN, CLOSING after close(), CLOSED. */
    get readyState() { return this.#state; }

    /** "blob" or "arraybuffer", as of a WebSocket; kept over reconnections. */
    get binaryType() { return this.#binaryType; }
    set binaryType(type) {
      this.#binaryType = type;
      if (this.#socket) this.#socket.binaryType = type;
    }

    /**
     * @param {string | ArrayBuffer | ArrayBufferView | Blob} data
     * @returns {boolean} true when it was given to the connection or, with `maxQueued`, kept for the
     *     next one. false when it was not taken: the connection is away and there is no room to keep
     *     it. That it was taken does not mean that it arrived; only an answer of the server says so.
     */
    send(data) {
      if (this.#state === ZanhuSocket.OPEN) {
        this.#socket.send(data);
        return true;
      }
      if (this.#state !== ZanhuSocket.CONNECTING || this.#queue.length >= this.#options.maxQueued) return false;
      this.#queue.push(data);
      return true;
    }

    /**
     * Ends the connection for good; what is still queued is discarded.
     * @param {number} [code=1000] 1000, or 3000 to 4999.
     * @param {string} [reason]
     */
    close(code = 1000, reason = "") {
      if (this.#state >= ZanhuSocket.CLOSING) return;
      this.#queue = [];
      this.#stopTimers();
      this.#listen(false);
      if (this.#socket) {
        this.#state = ZanhuSocket.CLOSING;
        this.#socket.close(code, reason);
      } else {
        this.#state = ZanhuSocket.CLOSED;
        queueMicrotask(() => this.#emit(new CloseEvent("close", { code, reason, wasClean: true })));
      }
    }

    /**
     * Drops the connection, if there is one, without a `close` event, and connects now; also after
     * close() or a fatal code.
     */
    reconnect() {
      if (this.#state >= ZanhuSocket.CLOSING) this.#listen(true);
      this.#stopTimers();
      this.#drop();
      this.#connect();
    }

    #connect() {
      this.#state = ZanhuSocket.CONNECTING;
      this.#attemptedAt = Date.now();
      const socket = this.#protocols.length ? new WebSocket(this.#url, this.#protocols) : new WebSocket(this.#url);
      socket.binaryType = this.#binaryType;
      this.#socket = socket;
      // A connection that was dropped may still report; only the one in use is listened to.
      const current = (handler) => (event) => this.#socket === socket && handler(event);
      socket.onopen = current(() => this.#opened());
      socket.onmessage = current((event) => this.#received(event));
      socket.onerror = current(() => this.#emit(new Event("error")));
      socket.onclose = current((event) => this.#lost(event.code, event.reason, event.wasClean));
      this.#timers.timeout = setTimeout(() => {
        this.#drop();
        this.#lost(1006, "", false);
      }, this.#options.connectTimeout);
      // Handlers are set after the constructor returned, and they shall see the first attempt too.
      queueMicrotask(() => this.#socket === socket && this.#emit(new Event("connecting")));
    }

    #opened() {
      clearTimeout(this.#timers.timeout);
      this.#state = ZanhuSocket.OPEN;
      this.#timers.stable = setTimeout(() => { this.#attempt = 0; }, this.#options.stableAfter);
      const queued = this.#queue.splice(0);
      queued.forEach((data) => this.#socket.send(data));
      this.#openedOnce = true;
      this.#emit(new Event("open"));
      if (this.#gap && this.#state === ZanhuSocket.OPEN) this.#fetchMissed(this.#socket, 1);
    }

    #received(event) {
      this.#lastEventTime = this.#options.eventTime(event) ?? this.#lastEventTime;
      const { data, origin, lastEventId, ports, source } = event;
      this.#emit(new MessageEvent("message", { data, origin, lastEventId, ports: [...ports], source }));
    }

    #lost(code, reason, wasClean) {
      this.#stopTimers();
      this.#socket = null;
      this.#noteGap();
      const final = this.#state === ZanhuSocket.CLOSING || this.#options.fatalCodes.includes(code);
      this.#state = final ? ZanhuSocket.CLOSED : ZanhuSocket.CONNECTING;
      if (final) {
        this.#queue = [];
        this.#listen(false);
      } else {
        this.#wait(code);
      }
      this.#emit(new CloseEvent("close", { code, reason, wasClean }));
    }

    #wait(code) {
      this.#attempt += 1;
      const { minDelay } = this.#options;
      const delay = Math.round(minDelay + Math.random() * (this.#longestWait(code) - minDelay));
      this.#timers.wait = setTimeout(() => this.#connect(), delay);
      const attempt = this.#attempt;
      // After the close event of the connection that ended, unless its handler closed or reconnected.
      queueMicrotask(() => {
        if (this.#state !== ZanhuSocket.CONNECTING || this.#socket) return;
        this.#emit(Object.assign(new Event("waiting"), { attempt, delay, code }));
      });
    }

    #longestWait(code) {
      const { minDelay, maxDelay, factor } = this.#options;
      const steps = goingAwayCodes.includes(code) ? Math.max(this.#attempt, 3) : this.#attempt;
      return Math.max(minDelay, Math.min(maxDelay, minDelay * factor ** steps));
    }

    /** The network is back or the page is shown. A socket that outlived a network may be dead without knowing. */
    #wake(networkChanged) {
      if (this.#state === ZanhuSocket.OPEN && networkChanged) {
        this.reconnect();
      } else if (this.#state === ZanhuSocket.CONNECTING && !this.#socket) {
        if (Date.now() - this.#attemptedAt >= this.#options.minDelay) this.reconnect();
      }
    }

    /** Calls onmissed until it succeeds, or until `socket` is no longer the connection. */
    async #fetchMissed(socket, attempt) {
      const gap = this.#gap;
      try {
        await this.onmissed?.(gap.since);
        if (this.#gap === gap && this.#socket === socket) this.#gap = null;
      } catch (error) {
        if (this.#socket !== socket) return;
        console.warn("ZanhuSocket: onmissed failed, it is called again", error);
        const { minDelay, maxDelay, factor } = this.#options;
        const delay = Math.min(maxDelay, minDelay * factor ** attempt);
        this.#timers.missed = setTimeout(() => this.#fetchMissed(socket, attempt + 1), delay);
      }
    }

    #noteGap() {
      if (this.#openedOnce && !this.#gap) this.#gap = { since: this.#lastEventTime };
    }

    #drop() {
      const socket = this.#socket;
      if (!socket) return;
      this.#socket = null;
      this.#noteGap();
      socket.close();
    }

    #emit(event) {
      try {
        this[`on${event.type}`]?.call(this, event);
      } catch (error) {
        reportError(error); // a handler's fault is the page's to see, and must not stop the reconnecting
      }
      this.dispatchEvent(event);
    }

    #listen(on) {
      const change = on ? "addEventListener" : "removeEventListener";
      window[change]("online", this.#onOnline);
      window[change]("pageshow", this.#onPageShow);
      document[change]("visibilitychange", this.#onVisible);
    }

    #stopTimers() {
      Object.values(this.#timers).forEach(clearTimeout);
    }
  }

  globalThis.ZanhuSocket = ZanhuSocket;
})();
