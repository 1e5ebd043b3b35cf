// The PDF's pages as pictures, drawn when they come near the view.
import { element, filled } from "./making.js";
import { PageNumbers } from "./numbers.js";

const STEP = 100; // px: pictures are asked for in a few widths only
const WIDEST = 2400;
const NEAR = "900px";

export class PageView {
  constructor(box, actions) {
    this.box = box;
    this.visible = false;
    this.version = -1;
    this.head = element("p", { class: "pages-head" });
    this.list = element("ol", { class: "sheets" });
    box.append(this.head, this.list);
    this.numbers = new PageNumbers(this.list, actions);
    this.watcher = new IntersectionObserver((seen) => this.#near(seen), {
      root: box,
      rootMargin: NEAR,
    });
    new ResizeObserver(() => this.#resized()).observe(box);
  }

  update(state, words, clock) {
    const { pages, proof } = state;
    const said = [];
    if (pages.sizes.length) {
      said.push(filled(words.page_count, { count: pages.sizes.length }));
      said.push(filled(words.of, { at: clock(pages.at) }));
    }
    if (proof.status === "working") said.push(words.pages_working);
    else if (proof.lacking) said.push(words.pages_lacking);
    else if (!pages.sizes.length) said.push(words.pages_none);
    else said.push(words.pages_hint);
    this.head.textContent = said.join(" · ");
    if (!this.visible || pages.version === this.version) return;
    this.version = pages.version;
    this.#arrange(pages.sizes, words);
    if (pages.sizes.length) this.numbers.load(this.version, words, state.good.lang);
  }

  // Pages keep their places; each keeps its older picture until the newer one is there.
  #arrange(sizes, words) {
    while (this.list.children.length > sizes.length) {
      this.watcher.unobserve(this.list.lastElementChild);
      this.list.lastElementChild.remove();
    }
    sizes.forEach(([width, height], index) => {
      let item = this.list.children[index];
      if (!item) {
        item = element("li", {}, element("img", { decoding: "async" }));
        this.list.append(item);
      }
      const image = item.firstElementChild;
      image.width = width;
      image.height = height;
      image.alt = filled(words.page_alt, { number: index + 1, count: sizes.length });
      this.watcher.unobserve(item);
      this.watcher.observe(item);
    });
  }

  #near(seen) {
    for (const { target, isIntersecting } of seen) {
      target.dataset.near = isIntersecting ? "1" : "";
      if (isIntersecting) this.#draw(target);
    }
  }

  #resized() {
    if (!this.visible) return;
    for (const item of this.list.children) if (item.dataset.near) this.#draw(item);
  }

  #draw(item) {
    const image = item.firstElementChild;
    const wide = image.clientWidth * devicePixelRatio;
    if (!wide) return;
    const width = Math.min(WIDEST, Math.ceil(wide / STEP) * STEP);
    const number = [...this.list.children].indexOf(item) + 1;
    const source = `/page/${number}.png?width=${width}&version=${this.version}`;
    if (item.dataset.source === source) return;
    item.dataset.source = source;
    const fresh = new Image();
    fresh.src = source;
    fresh
      .decode()
      .then(() => {
        if (item.dataset.source === source) image.src = source;
      })
      .catch(() => {
        if (item.dataset.source === source) item.dataset.source = "";
      });
  }
}
