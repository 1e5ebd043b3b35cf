// The preview's page: listens to the server, shows what it says, and asks for other choices.
import { element, filled } from "./making.js";
import { Inspector } from "./inspector.js";
import { Issues } from "./issues.js";
import { Note } from "./note.js";
import { PageView } from "./pages.js";

const TOAST = 5000; // ms
const seal = document.querySelector('meta[name="seal"]').content;
const at = (id) => document.getElementById(id);

let all = null; // the words of both languages
let words = {};
let state = null;
let changed = [];
let changedAt = 0;
let toast = 0;
let asked = null; // the number on a picture of a page that was clicked
let following = false; // the open passport is asked for again, of a note loaded anew

// ---- the parts of the page ---------------------------------------------------------------------

const note = new Note(at("web"), {
  passport(id, tell, place) {
    if (following) {
      inspector.tell = tell;
      return;
    }
    inspector.open(id, tell, asked || place);
    openTab("number");
  },
  loaded() {
    inspector.tell = null;
    following = true;
    if (inspector.trail.length) note.ask(inspector.trail[0]);
    following = false;
    refreshInspector();
    issues.refreshPlaces();
    at("web").title = words.note || "";
  },
  renewed() {
    refreshInspector();
    issues.refreshPlaces();
  },
  changed(elements) {
    // What the last look changed, and the charts drawn after it, count together.
    const still = changed.filter((one) => one.isConnected && one.classList.contains("just-changed"));
    changed = [...new Set([...still, ...elements])];
    changedAt = 0;
    showChanged();
  },
});
const figures = (issue) => note.figuresOf(issue.sheet, issue.cell, issue.row_id);
const issues = new Issues(at("issues"), at("count"), {
  copy,
  figures,
  go(issue) {
    const [id] = issue.cell ? figures(issue) : [];
    if (!id) return;
    if (!inView().places(id).length) setView("web");
    inView().show(inView().places(id)[0], id);
  },
});
const inspector = new Inspector(at("number"), {
  copy,
  places: (id) => inView().places(id),
  show: (place, id) => inView().show(place, id),
  mark: (id) => {
    for (const one of [note, pageView.numbers]) one.unmark();
    inView().mark(id);
  },
  issues: (cells) =>
    (state?.issues || []).map((one) => one.address).filter((address) => cells.includes(address)),
  reveal(addresses) {
    openTab("issues");
    issues.reveal(addresses);
  },
});
const pageView = new PageView(at("pages"), {
  label(id) {
    const entry = note.passports.entries[id];
    return entry && `${entry.label} ${entry.text}`;
  },
  ask(id, button) {
    asked = button;
    note.ask(id);
    asked = null;
  },
  laid: () => refreshInspector(),
});
const inView = () => (at("web").hidden ? pageView.numbers : note);
const refreshInspector = () => inspector.refresh((id) => id in note.passports.entries);

// ---- what the server says ----------------------------------------------------------------------

let stream = null;
const listen = () => {
  stream = new EventSource(`/events?version=${note.version}`);
  stream.addEventListener("words", (event) => {
    all = JSON.parse(event.data);
    speak(state ? state.speech : "zh");
  });
  stream.addEventListener("note", (event) => {
    performance.mark("told");
    const told = JSON.parse(event.data);
    const fits = told.base === note.version && told.parts;
    note.version = told.version;
    if (!fits || !note.renew(told.parts)) note.reload();
    performance.mark("renewed");
  });
  stream.addEventListener("state", (event) => {
    state = JSON.parse(event.data);
    if (all) speak(state.speech);
    show();
  });
  stream.addEventListener("error", () => {
    // EventSource would ask for the version it began with; ours is newer.
    stream.close();
    document.body.classList.add("gone");
    if (words.gone) at("status").textContent = words.gone;
    setTimeout(listen, 1500);
  });
  stream.addEventListener("open", () => document.body.classList.remove("gone"));
};

const speak = (lang) => {
  if (words === all[lang]) return;
  words = all[lang];
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  for (const one of document.querySelectorAll("[data-word]")) {
    one.textContent = words[one.dataset.word];
  }
  at("web").title = words.note;
  at("pages").setAttribute("aria-label", words.pages);
  inspector.update(words);
};

const clock = (text) => (/T(\d\d:\d\d:\d\d)/.exec(text) || ["", text])[1];

const sentence = (name, count, values) =>
  filled(words[count === 1 ? `${name}_one` : name], { count, ...values });

const show = () => {
  document.title = `${state.file} · reportgen`;
  at("file").textContent = state.file;
  document.body.dataset.status = state.status;
  document.body.dataset.seconds = JSON.stringify(state.seconds);
  showChoices();
  showStatus();
  showVerdict();
  showBanner();
  showChanged();
  pageView.update(state, words, clock);
  // The note is painted first.
  requestAnimationFrame(() => setTimeout(() => issues.update(state.issues, state.sheets, words)));
};

const showChoices = () => {
  const { lang, edition, theme, themes } = state.choices;
  for (const [name, value] of [["lang", lang], ["edition", edition]]) {
    for (const one of document.getElementsByName(name)) one.checked = one.value === value;
  }
  const select = at("theme");
  if (select.options.length !== themes.length) {
    select.replaceChildren(...themes.map((name) => element("option", { value: name }, name)));
  }
  select.value = theme;
};

const showStatus = () => {
  const said = [];
  if (state.waiting) said.push(filled(words[`waiting_${state.waiting}`], { file: state.file }));
  else if (state.status === "starting") said.push(words.starting);
  else if (state.status === "working") said.push(words.working);
  else if (state.status === "broken") said.push(words.not_updated);
  else if (state.status === "shown") {
    said.push(filled(words.updated, { at: clock(state.good.at) }));
    if (state.late) said.push(words.redrawing);
  }
  at("status").textContent = said.join(" · ");
  at("status").classList.toggle("waiting", Boolean(state.waiting));
};

const showVerdict = () => {
  const { status, lacking } = state.proof;
  const named = { lang: words[state.choices.lang], edition: words[state.choices.edition] };
  const said = {
    none: "",
    working: words.proving,
    ready: lacking ? words.ready_html : filled(words.ready, named),
    refused: words.refused,
    failed: words.failed,
  }[status];
  at("verdict").textContent = state.status === "shown" ? said : "";
  at("verdict").className = status;
};

const showBanner = () => {
  const banner = at("banner");
  const { good } = state;
  banner.hidden = state.status !== "broken";
  if (banner.hidden) return;
  const errors = state.issues.filter((one) => one.severity === "error").length;
  const said = [
    good
      ? sentence("broken", errors, { at: clock(good.at) })
      : sentence("broken_first", errors, {}),
  ];
  const { lang, edition, theme } = state.choices;
  if (good && (good.lang !== lang || good.edition !== edition || good.theme !== theme)) {
    said.push(filled(words.other_choice, { lang: words[good.lang], edition: words[good.edition] }));
  }
  const text = said.join(words === all.zh ? "" : " ");
  const line = banner.querySelector("p");
  if (line.textContent !== text) line.textContent = text;
};

const showChanged = () => {
  const line = at("changed");
  line.hidden = changed.length === 0 || state?.status !== "shown";
  line.querySelector("span").textContent = sentence("changed", changed.length, {});
};

// ---- what the reader does ----------------------------------------------------------------------

const choose = async (name, value) => {
  const answer = await fetch("/choose", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Seal": seal },
    body: JSON.stringify({ [name]: value }),
  });
  if (!answer.ok && state) showChoices();
};

async function copy(address) {
  let word = "copied";
  try {
    await navigator.clipboard.writeText(address);
  } catch {
    word = "not_copied";
  }
  const box = at("toast");
  box.hidden = false;
  box.textContent = filled(words[word], { address });
  clearTimeout(toast);
  toast = setTimeout(() => (box.hidden = true), TOAST);
}

const setView = (view) => {
  for (const one of document.getElementsByName("view")) one.checked = one.value === view;
  at("web").hidden = view !== "web";
  at("pages").hidden = view === "web";
  pageView.visible = view !== "web";
  if (state) pageView.update(state, words, clock);
  refreshInspector();
};

const TABS = ["issues", "number"];
const openTab = (name) => {
  for (const one of TABS) {
    const tab = at(`${one}-tab`);
    tab.setAttribute("aria-selected", String(one === name));
    tab.tabIndex = one === name ? 0 : -1;
    at(one).hidden = one !== name;
  }
};

for (const name of TABS) {
  at(`${name}-tab`).addEventListener("click", () => openTab(name));
  at(`${name}-tab`).addEventListener("keydown", (event) => {
    if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
    const other = TABS.find((one) => one !== name);
    openTab(other);
    at(`${other}-tab`).focus();
  });
}
for (const one of document.getElementsByName("view")) {
  one.addEventListener("change", () => {
    setView(one.value);
    choose("view", one.value);
  });
}
for (const name of ["lang", "edition"]) {
  for (const one of document.getElementsByName(name)) {
    one.addEventListener("change", () => choose(name, one.value));
  }
}
at("theme").addEventListener("change", (event) => choose("theme", event.target.value));
at("banner").querySelector("button").addEventListener("click", () => {
  openTab("issues");
  at("issues").focus();
});
at("changed").querySelector("button").addEventListener("click", () => {
  const here = changed.filter((one) => one.isConnected);
  if (!here.length) return;
  const ids = new Set(here.map((one) => one.dataset.figure));
  const onPages = at("web").hidden ? pageView.numbers.placesOf(ids) : [];
  if (onPages.length) {
    const button = onPages[changedAt % onPages.length];
    pageView.numbers.show(button, button.dataset.figure);
  } else {
    setView("web"); // no page has such a number, or not yet
    note.show(here[changedAt % here.length]);
  }
  changedAt += 1;
});

listen();
