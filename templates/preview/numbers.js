// The numbers on the pictures of the pages: see-through buttons that tell where each comes from.
import { element, filled } from "./making.js";

const NEAR = 14; // px: a finger need not hit a small number itself
const STEPS = ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Home", "End"];

export class PageNumbers {
  constructor(list, actions) {
    this.list = list;
    this.actions = actions; // label(id), ask(id, button), laid()
    list.addEventListener("click", (event) => this.#clicked(event));
    list.addEventListener("keydown", (event) => this.#pressed(event));
  }

  // Lays the numbers of these pages over them; those of older pages stay until then.
  async load(version, words, lang) {
    this.version = version;
    const told = await fetch("/places.json")
      .then((answer) => answer.json())
      .catch(() => ({ version, pages: [] })); // rather none than those of other pages
    if (told.version === version && this.version === version) this.#lay(told.pages, words, lang);
  }

  #lay(pages, words, lang) {
    const active = document.activeElement;
    const focused = this.list.contains(active) && active.dataset.figure;
    const at = focused ? this.places(focused).indexOf(active) : 0;
    [...this.list.children].forEach((item, index) => {
      item.querySelector(".numbers")?.remove();
      const buttons = (pages[index] || []).flatMap(([id, boxes]) => this.#buttons(id, boxes));
      if (!buttons.length) return;
      const label = filled(words.page_numbers, { number: index + 1 });
      const group = element("div", { class: "numbers", role: "group", "aria-label": label }, ...buttons);
      group.lang = lang;
      buttons[0].tabIndex = 0;
      item.append(group);
    });
    if (focused) (this.places(focused)[at] || this.places(focused)[0])?.focus({ preventScroll: true });
    this.actions.laid();
  }

  // A button over a number's first line; what stands on other lines belongs to it.
  #buttons(id, boxes) {
    const label = this.actions.label(id);
    if (!label) return [];
    return boxes.map(([left, top, width, height], line) => {
      const made = line
        ? element("span", { "data-figure": id })
        : element("button", { type: "button", tabindex: "-1", "aria-label": label, "data-figure": id });
      const share = (value) => `${value * 100}%`;
      Object.assign(made.style, {
        left: share(left),
        top: share(top),
        width: share(width),
        height: share(height),
      });
      return made;
    });
  }

  // ---- what the reader does ------------------------------------------------------------------

  #clicked(event) {
    const found = event.target.closest("[data-figure]") || this.#nearest(event);
    if (!found) return;
    const button = found.matches("button") ? found : this.#before(found);
    this.#enter(button);
    this.actions.ask(button.dataset.figure, button);
  }

  #before(part) {
    while (!part.matches("button")) part = part.previousElementSibling;
    return part;
  }

  #nearest({ target, clientX: x, clientY: y }) {
    let [best, least] = [null, NEAR];
    for (const one of target.closest("li")?.querySelectorAll("[data-figure]") || []) {
      const box = one.getBoundingClientRect();
      const aside = Math.max(box.left - x, 0, x - box.right);
      const away = Math.hypot(aside, Math.max(box.top - y, 0, y - box.bottom));
      if (away < least) [best, least] = [one, away];
    }
    return best;
  }

  // One tab stop a page; arrow keys go from number to number on it.
  #pressed(event) {
    const button = event.target.closest("button[data-figure]");
    if (!button || !STEPS.includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = this.#neighbour(button, event.key);
    if (next) this.#enter(next);
  }

  #enter(button) {
    for (const one of button.parentElement.querySelectorAll("button")) one.tabIndex = -1;
    button.tabIndex = 0;
    button.focus({ preventScroll: true });
    button.scrollIntoView({ block: "nearest" });
  }

  #neighbour(button, key) {
    const all = [...button.parentElement.querySelectorAll("button")];
    const at = all.indexOf(button);
    if (key === "Home") return all[0];
    if (key === "End") return all.at(-1);
    if (key === "ArrowRight") return all[at + 1];
    if (key === "ArrowLeft") return all[at - 1];
    const down = key === "ArrowDown" ? 1 : -1;
    const middle = (one) => {
      const box = one.getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];
    };
    const [x, y] = middle(button);
    const rated = all
      .map((one) => [one, middle(one)])
      .filter(([, [, top]]) => (top - y) * down > 4)
      .map(([one, [left, top]]) => [Math.abs(top - y) * 4 + Math.abs(left - x), one]);
    return rated.sort((a, b) => a[0] - b[0])[0]?.[1];
  }

  // ---- all places of a number ----------------------------------------------------------------

  places(id) {
    return this.placesOf(new Set([id]));
  }

  // The places of several numbers, page by page.
  placesOf(ids) {
    const all = this.list.querySelectorAll("button[data-figure]");
    return [...all].filter((one) => ids.has(one.dataset.figure));
  }

  show(button, id) {
    this.mark(id);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    button.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  }

  mark(id) {
    this.unmark();
    for (const one of this.list.querySelectorAll(`[data-figure="${CSS.escape(id)}"]`)) {
      one.classList.add("told-of");
    }
  }

  unmark() {
    for (const one of this.list.querySelectorAll(".told-of")) one.classList.remove("told-of");
  }
}
