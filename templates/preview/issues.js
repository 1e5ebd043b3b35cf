// The issues of the workbook, by sheet, with addresses to copy and ways into the note.
import { element, filled } from "./making.js";

const KINDS = ["error", "warning", "remark"];

export class Issues {
  constructor(panel, count, actions) {
    this.panel = panel;
    this.count = count;
    this.actions = actions; // copy(address), figures(issue), go(issue)
    this.shown = new Set(["error", "warning"]);
    this.list = [];
    this.sheets = [];
    this.words = {};
    this.drawn = "";
  }

  update(list, sheets, words) {
    this.list = list;
    this.sheets = sheets;
    this.words = words;
    const drawn = JSON.stringify([list, words.issues]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.draw();
  }

  draw() {
    const focused = this.panel.contains(document.activeElement)
      ? document.activeElement.dataset.key
      : null;
    const top = this.panel.scrollTop;
    const counts = Object.fromEntries(
      KINDS.map((kind) => [kind, this.list.filter((one) => one.severity === kind).length]),
    );
    this.count.textContent = counts.error || counts.warning ? counts.error + counts.warning : "";
    this.count.className = counts.error ? "has-errors" : "";
    const wanted = this.list.filter((one) => this.shown.has(one.severity));
    const groups = this.#order(wanted).map((sheet) => this.#group(sheet, wanted));
    const empty = this.list.length ? this.words.none_chosen : this.words.no_issues;
    this.panel.replaceChildren(
      this.#filters(counts),
      ...(groups.length ? groups : [element("p", { class: "empty" }, empty)]),
    );
    this.panel.scrollTop = top;
    if (focused) this.panel.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  // The numbers of the note are known only when it is there.
  refreshPlaces() {
    for (const button of this.panel.querySelectorAll("[data-place]")) {
      this.#place(button, this.list[Number(button.dataset.place)]);
    }
  }

  #filters(counts) {
    const buttons = KINDS.map((kind) => {
      const button = element(
        "button",
        { type: "button", class: `filter ${counts[kind] ? kind : "none"}`, "aria-pressed": this.shown.has(kind),
          "data-key": `filter ${kind}` },
        `${this.words[`${kind}s`]} ${counts[kind]}`,
      );
      button.addEventListener("click", () => {
        if (!this.shown.delete(kind)) this.shown.add(kind);
        this.draw();
      });
      return button;
    });
    return element("div", { class: "filters", role: "group" }, ...buttons);
  }

  #order(issues) {
    const present = new Set(issues.map((one) => one.sheet));
    const known = ["", ...this.sheets].filter((sheet) => present.has(sheet));
    return [...known, ...[...present].filter((sheet) => !known.includes(sheet))];
  }

  #group(sheet, wanted) {
    const mine = wanted
      .filter((one) => one.sheet === sheet)
      .sort((a, b) => KINDS.indexOf(a.severity) - KINDS.indexOf(b.severity));
    return element(
      "section",
      { class: "sheet-group" },
      element("h2", {}, sheet || this.words.whole_file, element("span", {}, ` ${mine.length}`)),
      element("ul", {}, ...mine.map((issue) => this.#issue(issue))),
    );
  }

  #issue(issue) {
    const head = element(
      "div",
      { class: "issue-head" },
      element("span", { class: `kind ${issue.severity}` }, this.words[issue.severity]),
    );
    if (issue.sheet || issue.cell) {
      const label = filled(this.words.copy, { address: issue.address });
      const cell = element(
        "button",
        { type: "button", class: "cell", title: label, "aria-label": label,
          "data-key": `${issue.code} ${issue.address}` },
        issue.cell || issue.sheet,
      );
      cell.addEventListener("click", () => {
        this.actions.copy(issue.address);
        this.actions.go(issue);
      });
      head.append(cell);
    } else if (issue.file) {
      head.append(element("span", { class: "file" }, issue.file));
    }
    const place = element("button", {
      type: "button", class: "place", "data-place": this.list.indexOf(issue),
      title: this.words.go_to,
    });
    place.addEventListener("click", () => this.actions.go(issue));
    this.#place(place, issue);
    head.append(place);
    return element(
      "li",
      { class: `issue ${issue.severity}`, "data-address": issue.address },
      head,
      element("p", { class: "message" }, issue.message),
      element("p", { class: "hint" }, issue.hint),
      element("p", { class: "code" }, issue.code),
    );
  }

  #place(button, issue) {
    const count = issue && issue.cell ? this.actions.figures(issue).length : 0;
    button.hidden = count === 0;
    button.textContent = filled(this.words.in_note, { count });
  }

  // Brings the issues of these cells into view; the first of them is returned.
  reveal(addresses) {
    const wanted = [...this.panel.querySelectorAll("[data-address]")].filter((one) =>
      addresses.includes(one.dataset.address),
    );
    for (const one of this.panel.querySelectorAll(".revealed")) one.classList.remove("revealed");
    for (const one of wanted) one.classList.add("revealed");
    wanted[0]?.scrollIntoView({ block: "nearest" });
    return wanted[0];
  }
}
