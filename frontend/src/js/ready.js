// Runs a function over the whole page now, and over every piece that comes later.
const functions = [];

export function everywhere(apply) {
  functions.push(apply);
  if (document.readyState !== "loading") apply(document);
}

export function refresh(piece) {
  for (const apply of functions) apply(piece);
}

export function fromHtml(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

document.addEventListener("DOMContentLoaded", () => refresh(document));
document.addEventListener("htmx:after:swap", () => refresh(document));
