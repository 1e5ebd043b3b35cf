// Turns what is on the screen into what it should be, touching only what differs.
//
// `live` is what stands in the page, `was` the page's source as it was, `now` as it is to be.
// Scripts have added attributes to `live`; those stay.

export const morph = (live, was, now, changed) => {
  if (was.isEqualNode(now)) return;
  if (was.nodeName !== now.nodeName) {
    const fresh = copied(live, now);
    live.replaceWith(fresh);
    changed(fresh, null);
    return;
  }
  if (was.nodeType !== Node.ELEMENT_NODE) {
    live.data = now.data;
    changed(live.parentElement, was.parentElement);
    return;
  }
  attributes(live, was, now);
  children(live, was, now, changed);
};

const copied = (live, node) => live.ownerDocument.importNode(node, true);

const attributes = (live, was, now) => {
  for (const { name, value } of now.attributes) {
    if (was.getAttribute(name) !== value) live.setAttribute(name, value);
  }
  for (const { name } of was.attributes) {
    if (!now.hasAttribute(name)) live.removeAttribute(name);
  }
};

// Of a list that grew or shrank the beginning and the end that are alike stay.
const children = (live, was, now, changed) => {
  const before = [...was.childNodes];
  const after = [...now.childNodes];
  const here = [...live.childNodes];
  let start = 0;
  let end = 0;
  if (before.length !== after.length) {
    const most = Math.min(before.length, after.length);
    while (start < most && before[start].isEqualNode(after[start])) start += 1;
    while (
      end < most - start &&
      before[before.length - 1 - end].isEqualNode(after[after.length - 1 - end])
    ) {
      end += 1;
    }
    const next = here[before.length - end] || null;
    for (const old of here.slice(start, before.length - end)) old.remove();
    for (const node of after.slice(start, after.length - end)) {
      const fresh = copied(live, node);
      live.insertBefore(fresh, next);
      if (fresh.nodeType === Node.ELEMENT_NODE) changed(fresh, null);
    }
    return;
  }
  before.forEach((old, index) => morph(here[index], old, after[index], changed));
};
