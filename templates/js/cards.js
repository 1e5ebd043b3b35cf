// Cards that say where a number comes from. The page reads the same without them.
(() => {
  "use strict";
  const read = () => JSON.parse(document.getElementById("passports").textContent);
  let { entries, rows, sources, words } = read();
  if (!entries) return;

  const NEAR = 18; // px around a chart's mark that count as hitting it
  const OPEN_AFTER = 140; // ms of pointing
  const CLOSE_AFTER = 280;
  const HAN = /[\u4e00-\u9fff]/;

  const make = (tag, attributes, ...inside) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...inside.filter((part) => part !== "" && part != null));
    return made;
  };

  // ---- what a card says ----------------------------------------------------------------------

  const line = (term, ...inside) =>
    make("div", {}, make("dt", {}, words[term]), make("dd", {}, ...inside));

  const deeper = (name, id) => {
    const entry = entries[id];
    const button = make(
      "button",
      { type: "button", "data-deeper": id },
      make("span", { class: "what" }, entry.label),
      " ",
      make("span", { class: "value" }, entry.text),
    );
    return make("li", {}, name ? make("span", { class: "symbol" }, name) : "", button);
  };

  const bracketed = (text) => words.bracketed.replace("*", () => text);

  const dated = (entry) => {
    if (!entry.as_of) return "";
    return line("as_of", entry.as_of, entry.since ? bracketed(`${words.against} ${entry.since}`) : "");
  };

  const quoteOf = (row) => {
    const quote = make("q", HAN.test(row.quote) ? { lang: "zh-CN" } : {}, `“${row.quote}”`);
    return line("quote", quote, row.speaker ? ` — ${row.speaker}` : "");
  };

  const sourceOf = (row) => {
    const source = sources[row.source];
    if (!source) return row.previous ? line("source", words.previous) : "";
    const more = [source.date, source.interested && words.interested].filter(Boolean);
    return line("source", source.title, more.length ? bracketed(more.join(words.comma)) : "");
  };

  const rowLines = (row) => [
    sourceOf(row),
    row.quote ? quoteOf(row) : "",
    row.written ? line("written", row.written) : "",
    row.steps ? line("steps", row.steps.join(words.comma)) : "",
    row.cells ? line("cells", make("code", {}, row.cells.join(words.comma))) : "",
    row.id ? line("row", make("code", {}, row.id)) : "",
    row.kind === "quoted" ? "" : line("kind", words[row.kind]),
    row.confidence ? line("confidence", row.confidence) : "",
  ];

  const facts = (entry) => {
    const list = [entry.ends ? line("ends", entry.ends) : "", dated(entry)];
    if (entry.row) {
      const row = rows[entry.row];
      if (!entry.as_of && row.as_of) list.push(line("as_of", row.as_of));
      list.push(...rowLines(row));
    }
    if (entry.formula) list.push(line("formula", make("code", {}, entry.formula)));
    if (entry.rule) list.push(line("rule", entry.rule));
    const inputs = entry.inputs || (entry.parts || []).map((id) => ["", id]);
    if (inputs.length) {
      const items = inputs.map(([name, id]) => deeper(name, id));
      list.push(line(entry.inputs ? "inputs" : "parts", make("ul", {}, ...items)));
    }
    return make("dl", {}, ...list);
  };

  // ---- the one card of the page --------------------------------------------------------------

  const title = make("p", { id: "card-title", class: "card-title" });
  const body = make("div", { class: "card-body" });
  const back = make("button", { type: "button", class: "card-back" }, `← ${words.back}`);
  const close = make("button", { type: "button", class: "card-close", "aria-label": words.close }, "×");
  const card = make(
    "div",
    { id: "card", class: "card", role: "dialog", "aria-labelledby": "card-title", tabindex: "-1" },
    make("div", { class: "card-head" }, back, close),
    title,
    body,
  );
  card.hidden = true;
  document.body.append(card);

  let anchor = null; // the number that the card belongs to
  let pinned = false;
  let trail = [];
  let timer = 0;

  // The head and the body of what is told of a number.
  const tell = (id) => {
    const entry = entries[id];
    const weak = (entry.weak || []).map((code) => words.codes[code]);
    const note = weak.length
      ? make("p", { class: "card-weak" }, words.weak, words.colon, weak.join(words.semicolon))
      : "";
    return [
      [make("span", { class: "what" }, entry.label), " ", make("strong", {}, entry.text)],
      [note, facts(entry)].filter((part) => part !== ""),
    ];
  };

  const show = (id) => {
    const [head, told] = tell(id);
    title.replaceChildren(...head);
    body.replaceChildren(...told);
    back.hidden = trail.length < 2;
    card.scrollTop = 0;
  };

  const place = () => {
    const at = anchor.getBoundingClientRect();
    const page = document.documentElement;
    const room = page.clientWidth - card.offsetWidth - 8;
    const left = Math.max(8, Math.min(at.left, room));
    const below = at.bottom + 8 + card.offsetHeight <= window.innerHeight;
    const above = at.top - 8 - card.offsetHeight >= 0;
    const top = below || !above ? at.bottom + 8 : at.top - 8 - card.offsetHeight;
    card.style.left = `${left + window.scrollX}px`;
    card.style.top = `${top + window.scrollY}px`;
  };

  // A page around this one may tell of a number in its own place.
  const toldElsewhere = (figure) => {
    const detail = { id: figure.dataset.figure, tell };
    const asked = new CustomEvent("passport", { bubbles: true, cancelable: true, detail });
    return !figure.dispatchEvent(asked);
  };

  const open = (figure, pin) => {
    clearTimeout(timer);
    if (pin && toldElsewhere(figure)) return shut(false);
    anchor = figure;
    pinned = pin;
    trail = [figure.dataset.figure];
    card.hidden = false;
    show(trail[0]);
    place();
    if (pin) card.focus({ preventScroll: true });
  };

  const shut = (refocus) => {
    clearTimeout(timer);
    if (card.hidden) return;
    const inside = card.contains(document.activeElement);
    card.hidden = true;
    if (refocus && (pinned || inside)) focusable(anchor).focus({ preventScroll: true });
    pinned = false;
  };

  const soon = (action, delay) => {
    clearTimeout(timer);
    timer = setTimeout(action, delay);
  };

  card.addEventListener("click", (event) => {
    const wanted = event.target.closest("[data-deeper]");
    if (event.target.closest(".card-close")) return shut(true);
    if (wanted) trail.push(wanted.dataset.deeper);
    else if (event.target.closest(".card-back")) trail.pop();
    else return;
    pinned = true;
    show(trail.at(-1));
    place();
    card.focus({ preventScroll: true });
  });

  card.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") return;
    const stops = [...card.querySelectorAll("button")].filter((one) => !one.hidden);
    const at = stops.indexOf(document.activeElement);
    const leaves = event.shiftKey ? at <= 0 : at === stops.length - 1;
    if (!leaves) return;
    event.preventDefault();
    shut(true);
  });

  // ---- the numbers ---------------------------------------------------------------------------

  const known = (element) => {
    const figure = element.closest && element.closest("[data-figure]");
    return figure && entries[figure.dataset.figure] && !figure.closest("a, summary") ? figure : null;
  };

  const nearest = (svg, x, y) => {
    let best = null;
    let least = NEAR;
    for (const one of svg.querySelectorAll("[data-figure]")) {
      const box = one.getBoundingClientRect();
      const aside = Math.max(box.left - x, 0, x - box.right);
      const away = Math.hypot(aside, Math.max(box.top - y, 0, y - box.bottom));
      if (away < least && known(one)) [best, least] = [one, away];
    }
    return best;
  };

  const hit = (event) => {
    const svg = event.target.closest(".chart svg");
    return known(event.target) || (svg && nearest(svg, event.clientX, event.clientY));
  };

  // One tab stop a paragraph, table or chart; arrow keys go from number to number inside it.
  // A chart may have two pictures, of which a page as wide as this one shows one.
  const GROUP = ".exhibit, .key-figure, h1, p, li, td";
  const groups = new Map();
  const around = (figure) =>
    figure.closest("svg") || figure.closest(".exhibit") || figure.closest(GROUP) || document.body;
  const focusable = (figure) =>
    (figure.hasAttribute("tabindex") && figure) ||
    figure.closest("svg")?.querySelector(
      `[tabindex][data-figure="${CSS.escape(figure.dataset.figure)}"]`,
    ) ||
    figure;

  const prepare = () => {
    groups.clear();
    for (const svg of document.querySelectorAll(".chart svg")) {
      // A picture has no parts for those who hear the page; from here on this one has.
      if (svg.querySelector("[data-figure]")) svg.setAttribute("role", "group");
    }
    for (const figure of document.querySelectorAll("[data-figure]")) {
      if (!known(figure)) continue;
      const svg = figure.closest("svg");
      const name = CSS.escape(figure.dataset.figure);
      // Of a mark and its label the label is heard; a mark without one says its own value.
      if (svg && figure !== (svg.querySelector(`text[data-figure="${name}"]`) ||
        svg.querySelector(`[data-figure="${name}"]`))) continue;
      const group = around(figure);
      const members = groups.get(group) || [];
      groups.set(group, members);
      figure.setAttribute("role", "button");
      figure.setAttribute("aria-haspopup", "dialog");
      figure.setAttribute("tabindex", members.length ? "-1" : "0");
      if (!members.length) figure.setAttribute("aria-describedby", "card-hint");
      if (svg && figure.tagName !== "text") {
        const entry = entries[figure.dataset.figure];
        figure.setAttribute("aria-label", `${entry.label} ${entry.text}`);
      }
      members.push(figure);
    }
    if (document.querySelector(".cards-lead")) return;
    document.querySelector(".masthead").append(make("p", { class: "cards-lead" }, words.lead));
  };
  prepare();
  document.body.append(make("p", { id: "card-hint", hidden: "" }, words.hint));
  document.documentElement.classList.add("cards");
  document.addEventListener("renewed", () => {
    ({ entries, rows, sources, words } = read());
    prepare();
  });

  const groupOf = (figure) => groups.get(around(figure)) || [];

  const neighbour = (figure, key) => {
    const members = groupOf(figure);
    const at = members.indexOf(figure);
    if (key === "ArrowRight") return members[at + 1];
    if (key === "ArrowLeft") return members[at - 1];
    if (key === "Home") return members[0];
    if (key === "End") return members.at(-1);
    const down = key === "ArrowDown" ? 1 : -1;
    const middle = (one) => {
      const box = one.getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];
    };
    const [x, y] = middle(figure);
    const rated = members
      .map((one) => [one, middle(one)])
      .filter(([, [, other]]) => (other - y) * down > 4)
      .map(([one, [left, top]]) => [Math.abs(top - y) * 4 + Math.abs(left - x), one]);
    return rated.sort((a, b) => a[0] - b[0])[0]?.[1];
  };

  const ARROWS = ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Home", "End"];

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !card.hidden) {
      event.preventDefault();
      return shut(true);
    }
    const figure = event.target.closest("[role=button][data-figure]");
    if (!figure || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      open(figure, true);
    } else if (ARROWS.includes(event.key)) {
      const next = neighbour(figure, event.key);
      if (!next) return;
      event.preventDefault();
      figure.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    }
  });

  document.addEventListener("click", (event) => {
    if (event.composedPath().includes(card)) return; // its own buttons may be gone by now
    const figure = hit(event);
    if (!figure) return shut(false);
    if (pinned && anchor === figure) return shut(true);
    open(figure, true);
  });

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    if (card.contains(event.target)) return clearTimeout(timer);
    const figure = known(event.target);
    if (pinned) return;
    if (figure) soon(() => open(figure, false), OPEN_AFTER);
    else soon(() => pinned || shut(false), CLOSE_AFTER);
  });
})();
