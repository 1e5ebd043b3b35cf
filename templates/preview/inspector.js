// What is known of one number of the note: its passport, its cells, its places.
import { element, filled } from "./making.js";

export class Inspector {
  constructor(panel, actions) {
    this.panel = panel;
    this.actions = actions; // places(id), show(element, id), copy(address), issues(cells), reveal(…)
    this.words = {};
    this.trail = [];
    this.at = 0;
    this.tell = null;
  }

  update(words) {
    const other = words !== this.words;
    this.words = words;
    if (!this.trail.length && other) this.#empty(words.hint);
  }

  open(id, tell, place) {
    this.trail = [id];
    this.tell = tell;
    this.at = Math.max(0, this.actions.places(id).indexOf(place));
    this.draw();
  }

  // The note was renewed or loaded anew: what is told may read otherwise now.
  refresh(known) {
    if (!this.trail.length) return;
    if (!known(this.trail.at(-1))) {
      this.trail = [];
      this.#empty(this.words.lost_number);
    } else {
      this.draw();
    }
  }

  draw() {
    const id = this.trail.at(-1);
    const focused = this.panel.contains(document.activeElement);
    let head, body;
    try {
      [head, body] = this.tell(id);
    } catch {
      this.trail = [];
      this.#empty(this.words.lost_number);
      return;
    }
    const back = element("button", { type: "button", class: "back" }, `← ${this.words.back}`);
    back.hidden = this.trail.length < 2;
    back.addEventListener("click", () => this.#walk(() => this.trail.pop()));
    const title = element("h2", { tabindex: "-1" }, ...head);
    const facts = element("div", { class: "facts" }, ...body);
    this.panel.replaceChildren(back, title, this.#places(id), facts, this.#issues(facts), this.#name(id));
    for (const button of facts.querySelectorAll("[data-deeper]")) {
      button.addEventListener("click", () => this.#walk(() => this.trail.push(button.dataset.deeper)));
    }
    this.#cells(facts);
    this.actions.mark(id);
    if (focused) title.focus({ preventScroll: true });
  }

  #walk(step) {
    step();
    this.at = 0;
    this.draw();
    this.panel.scrollTop = 0;
    this.panel.querySelector("h2").focus({ preventScroll: true });
  }

  #empty(text) {
    this.panel.replaceChildren(element("p", { class: "empty" }, text));
  }

  // The workbook's addresses, each to be copied.
  #cells(facts) {
    for (const code of facts.querySelectorAll("dd > code")) {
      const parts = code.textContent.split(/、|, (?=\S+!)/);
      if (!parts.every((part) => /![A-Z]{1,3}\d+$/.test(part))) continue;
      code.replaceWith(
        ...parts.map((part) => {
          const label = filled(this.words.copy, { address: part });
          const button = element("button", { type: "button", class: "cell", title: label }, part);
          button.addEventListener("click", () => this.actions.copy(part));
          return button;
        }),
      );
    }
  }

  #places(id) {
    const all = this.actions.places(id);
    const line = element("p", { class: "places" });
    if (!all.length) {
      line.append(`${this.words.places}${this.words.colon}${this.words.no_place}`);
      return line;
    }
    const step = (word, by) => {
      const button = element("button", { type: "button" }, this.words[word]);
      button.addEventListener("click", () => {
        this.at = (this.at + by + all.length) % all.length;
        this.actions.show(all[this.at], id);
        text.textContent = said();
      });
      return button;
    };
    const said = () => filled(this.words.place, { number: this.at + 1, count: all.length });
    const text = element("span", {}, said());
    line.append(`${this.words.places}${this.words.colon}`, text, " ");
    if (all.length > 1) line.append(step("previous", -1), " ", step("next", 1));
    else line.append(step("go_to", 0));
    return line;
  }

  #issues(facts) {
    const cells = [...facts.querySelectorAll("dd > code")].flatMap((code) =>
      code.textContent.split(/、|, (?=\S+!)/),
    );
    const found = this.actions.issues(cells);
    const box = element("div", { class: "related" });
    if (!found.length) return box;
    const button = element(
      "button",
      { type: "button" },
      `${this.words.its_issues}${this.words.colon}${found.length}`,
    );
    button.addEventListener("click", () => this.actions.reveal(found));
    box.append(button);
    return box;
  }

  // The name to write into Views.
  #name(id) {
    const line = element("p", { class: "figure-name" });
    if (id.startsWith("~")) return line;
    const button = element("button", { type: "button", class: "cell" }, `[[${id}]]`);
    button.addEventListener("click", () => this.actions.copy(`[[${id}]]`));
    line.append(button);
    return line;
  }
}
