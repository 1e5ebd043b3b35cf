// The note in its frame: loaded once, then renewed part by part where it stands.
import { morph } from "./morph.js";

const FLASH = 2600; // ms that a changed number stays marked
const STYLE = `
.just-changed { background: color-mix(in srgb, var(--accent) 26%, transparent); border-radius: 2px;
  box-shadow: 0 0 0 2px color-mix(in srgb, var(--accent) 26%, transparent); }
.told-of { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 1px; }
.chart .just-changed:not(text), .chart .told-of:not(text) { stroke: var(--accent); stroke-width: 2; }
.chart text.just-changed { text-decoration: underline 2px; }
@media (prefers-reduced-motion: no-preference) {
  .fading { transition: background-color 0.9s, box-shadow 0.9s; }
}
`;
const SELECTORS = {
  masthead: "header.masthead",
  contents: "nav.contents",
  front: "div.front",
  footer: "footer",
};

const DATA = new Set(["passports", "mixes"]); // what is read as a whole, not looked at

const part = (document, name) =>
  SELECTORS[name] ? document.querySelector(SELECTORS[name]) : document.getElementById(name);

// The numbers of an element that read otherwise than in its source before.
const numbersOf = (node, before, changed) => {
  const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  const around = element.closest("[data-figure]");
  if (around) changed.add(around);
  if (before === null && element === node) {
    for (const one of element.querySelectorAll("[data-figure]")) changed.add(one);
  }
};

export class Note {
  constructor(frame, listeners) {
    this.frame = frame;
    this.listeners = listeners;
    this.version = 0;
    this.source = null;
    this.passports = { entries: {}, rows: {} };
    frame.addEventListener("load", () => this.#loaded());
  }

  get document() {
    return this.frame.contentDocument;
  }

  get window() {
    return this.frame.contentWindow;
  }

  // ---- loading and renewing ------------------------------------------------------------------

  reload() {
    if (!this.frame.getAttribute("src")) {
      this.frame.src = "/note";
      return;
    }
    this.kept = this.document ? this.#anchor() : null;
    this.window.location.reload();
  }

  #loaded() {
    const document = this.document;
    if (!document?.body || !this.frame.getAttribute("src")) return;
    document.head.append(
      Object.assign(document.createElement("style"), { textContent: STYLE }),
    );
    this.#readPassports();
    this.#readSource().catch(() => {});
    document.addEventListener("passport", (event) => {
      event.preventDefault();
      this.listeners.passport(event.detail.id, event.detail.tell, event.target);
    });
    document.addEventListener("click", (event) => this.#stay(event));
    if (this.kept) {
      this.#restore(this.kept);
      this.kept = null;
    }
    this.listeners.loaded();
  }

  // A link inside the note scrolls; one that leads elsewhere is not followed.
  #stay(event) {
    const link = event.target.closest?.("a[href]");
    if (link && !link.getAttribute("href").startsWith("#")) event.preventDefault();
  }

  // Puts the changed parts in their places; false when the page is to be loaded as a whole.
  renew(parts) {
    const document = this.document;
    if (!document?.querySelector(".sheet") || !this.source) return false;
    if (parts.passports && !document.documentElement.classList.contains("cards")) return false;
    const anchor = this.#anchor();
    const focused = this.#focused();
    const changed = new Set();
    for (const [name, text] of Object.entries(parts)) {
      const template = document.createElement("template");
      template.innerHTML = text;
      const now = template.content.firstElementChild;
      const was = part(this.source, name);
      const live = part(document, name);
      if (!now || !was || !live) return false;
      if (DATA.has(name)) {
        live.textContent = now.textContent;
      } else {
        morph(live, was, now, (one, before) => numbersOf(one, before, changed));
        was.replaceWith(now);
      }
    }
    this.#restore(anchor);
    this.#flash([...changed]);
    // The numbers are on the screen; what makes them buttons can follow the painting.
    requestAnimationFrame(() => setTimeout(() => this.#renewed(focused)));
    return true;
  }

  // The page's source, without what scripts have made of it.
  async #readSource() {
    this.source = null;
    const { document, window } = this;
    const answer = await fetch("/note");
    const text = await answer.text();
    if (document !== this.document) return;
    const source = new window.DOMParser().parseFromString(text, "text/html");
    const same = (one) => one.querySelector("main")?.textContent;
    // A save between the two answers: the next change then loads the page as a whole.
    if (same(source) === same(document)) this.source = source;
  }

  #renewed(focused) {
    const document = this.document;
    if (!document) return;
    this.#readPassports();
    document.dispatchEvent(new this.window.CustomEvent("renewed"));
    if (focused && document.activeElement === document.body) {
      const all = document.querySelectorAll(
        `[role=button][data-figure="${CSS.escape(focused.id)}"]`,
      );
      (all[focused.at] || all[0])?.focus({ preventScroll: true });
    }
    this.listeners.renewed();
  }

  #readPassports() {
    const found = this.document.getElementById("passports");
    const read = found ? JSON.parse(found.textContent) : {};
    this.passports = { entries: read.entries || {}, rows: read.rows || {} };
    this.index = null;
  }

  #focused() {
    const active = this.document.activeElement;
    const id = active?.dataset?.figure;
    if (!id) return null;
    const all = this.document.querySelectorAll(`[role=button][data-figure="${CSS.escape(id)}"]`);
    return { id, at: [...all].indexOf(active) };
  }

  // ---- the place on the page -----------------------------------------------------------------

  // The element with a name that stands nearest to the top of the view, and how far from it.
  #anchor() {
    let best = null;
    for (const one of this.document.querySelectorAll("section[id], figure[id], .front")) {
      const top = one.getBoundingClientRect().top;
      if (best === null || top <= 4) best = { id: one.id, top };
      if (top > 4) break;
    }
    return { best, x: this.window.scrollX, y: this.window.scrollY };
  }

  #restore({ best, x, y }) {
    const element = best && (best.id ? this.document.getElementById(best.id) : null);
    if (!element || y === 0) return this.window.scrollTo(x, y);
    const moved = element.getBoundingClientRect().top - best.top;
    if (Math.abs(moved) > 0.5 || this.window.scrollY !== y) this.window.scrollBy(0, moved);
    return undefined;
  }

  // ---- numbers -------------------------------------------------------------------------------

  // Marks what reads otherwise than before, calmly and for a moment.
  #flash(changed) {
    for (const one of changed) one.classList.add("just-changed");
    setTimeout(() => {
      for (const one of changed) one.classList.add("fading");
      for (const one of changed) one.classList.remove("just-changed");
    }, FLASH);
    if (changed.length) this.listeners.changed(changed);
  }

  places(id) {
    const all = this.document.querySelectorAll(`[data-figure="${CSS.escape(id)}"]`);
    return [...all].filter((one) => one.checkVisibility()); // a chart may have a hidden twin
  }

  // Brings one place into view and marks all places of that number.
  show(element, id) {
    this.unmark();
    for (const one of id ? this.places(id) : [element]) one.classList.add("told-of");
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  }

  mark(id) {
    this.unmark();
    for (const one of this.places(id)) one.classList.add("told-of");
  }

  // Has the page tell of a number as if it had been clicked there.
  ask(id) {
    const one = this.document.querySelector(`[role=button][data-figure="${CSS.escape(id)}"]`);
    one?.dispatchEvent(new this.window.MouseEvent("click", { bubbles: true, cancelable: true }));
  }

  unmark() {
    for (const one of this.document.querySelectorAll(".told-of")) one.classList.remove("told-of");
  }

  // The numbers of the note that rest on a cell itself, or on another cell of its row.
  figuresOf(sheet, cell, rowId) {
    this.index ||= this.#indexed();
    const line = /\d+$/.exec(cell)?.[0];
    return (
      this.index.get(`${sheet}!${cell}`) ||
      this.index.get(`${sheet}!${line}`) ||
      this.index.get(rowId) ||
      []
    );
  }

  // The printed numbers by cell (价格!J8), by line (价格!8) and by row id.
  #indexed() {
    const printed = new Set();
    for (const one of this.document.querySelectorAll("[data-figure]")) {
      printed.add(one.dataset.figure);
    }
    const resting = new Map();
    for (const [id, entry] of Object.entries(this.passports.entries)) {
      if (!entry.row || !printed.has(id)) continue;
      resting.set(entry.row, [...(resting.get(entry.row) || []), id]);
    }
    const index = new Map();
    for (const [key, ids] of resting) {
      const row = this.passports.rows[key];
      if (row.previous) continue;
      const names = new Set([key, row.id].filter(Boolean));
      for (const place of row.cells || []) {
        names.add(place);
        names.add(place.replace(/![A-Z]+(\d+)$/, "!$1"));
      }
      for (const name of names) index.set(name, [...(index.get(name) || []), ...ids]);
    }
    return index;
  }
}
