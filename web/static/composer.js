/** The box to type in, with a draft for each person. */
"use strict";

class Composer {
  #key = `zanhu:drafts:${page.username}`;
  #drafts = stored.read(this.#key, {});
  #name = null;
  #onsend;

  #form = page.byId("composer");
  #box = page.byId("composer-text");
  #button = page.byId("composer-send");

  /** @param {(name: string, text: string) => void} onsend */
  constructor(onsend) {
    this.#onsend = onsend;
    for (const type of ["input", "change"]) this.#box.addEventListener(type, () => this.#changed());
    this.#box.addEventListener("keydown", (event) => this.#keyPressed(event));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  /** Shows the draft for that person; without a name the box is hidden. */
  open(name) {
    this.#name = name;
    this.#form.hidden = name === null;
    if (name === null) return;
    this.#box.value = this.#drafts[name] ?? "";
    this.#box.placeholder = page.text("composerPlaceholder", { name });
    this.#box.setAttribute("aria-label", page.text("composerLabel", { name }));
    this.#changed();
    // On a touch screen the keyboard would cover half of the conversation that was just opened.
    if (matchMedia("(pointer: fine)").matches) this.focus();
  }

  focus() {
    this.#box.focus({ preventScroll: true });
  }

  /** Puts a message that could not be sent ahead of what is being written. */
  takeBack(text) {
    const draft = this.#box.value;
    this.#box.value = draft.trim() ? `${text}\n${draft}` : text;
    this.#changed();
    this.focus();
  }

  clear() {
    this.#drafts = {};
    stored.write(this.#key, this.#drafts);
  }

  #keyPressed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    // An Enter that chooses a word of an input method is not for us. Safari ends the composition
    // before this event and only the old key code 229 tells.
    if (event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#send();
  }

  #send() {
    const text = this.#box.value.trim();
    if (!text || this.#name === null) return;
    this.#box.value = "";
    this.#changed();
    this.#onsend(this.#name, text);
    this.#box.focus({ preventScroll: true });
  }

  #changed() {
    const text = this.#box.value;
    this.#button.disabled = text.trim() === "";
    this.#box.style.height = "auto";
    this.#box.style.height = `${this.#box.scrollHeight}px`; // as high as its text, up to the style's max-height
    if (text) this.#drafts[this.#name] = text;
    else delete this.#drafts[this.#name];
    stored.write(this.#key, this.#drafts);
  }
}
