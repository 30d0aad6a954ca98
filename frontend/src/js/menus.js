// Menus are filled when they are opened: with what an address answers, or from a template of the page.
import htmx from "./htmx.js";

const bodyOf = (menu) => menu.querySelector(".menu-body");
const linesOf = (menu) => [...bodyOf(menu).querySelectorAll("a, button")].filter((line) => line.getClientRects().length);

export async function ask(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const piece = document.createElement("template");
  piece.innerHTML = await answer.text();
  return piece.content;
}

export function offered(entryId, id) {
  const piece = document.querySelector(id).content.cloneNode(true), form = piece.querySelector("form");
  form.action = `/entries/${entryId}/reactions`;
  form.setAttribute("hx-post", form.getAttribute("action"));
  return piece;
}

async function fill(menu) {
  const body = bodyOf(menu), from = menu.dataset.menu;
  body.replaceChildren(from.startsWith("#") ? offered(menu.closest("[data-entry]").dataset.entry, from) : await ask(from));
  htmx.process(body);
  if (menu.hasAttribute("data-awaited") && menu.contains(document.activeElement)) linesOf(menu)[0]?.focus();
  menu.removeAttribute("data-awaited");
}

// Before it opens, so that nobody walks into the lines of the last time.
document.addEventListener("click", (event) => {
  const menu = event.target.closest?.("details[data-menu] > summary")?.parentElement;
  if (menu && !menu.open) bodyOf(menu).replaceChildren();
}, true);

document.addEventListener("toggle", ({ target }) => {
  if (target.open && target.matches("details[data-menu]")) fill(target).catch(() => location.assign(target.dataset.menu));
}, true);

// Whoever wants to go in before the lines have come goes in when they have.
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu || event.target.matches("input, select, textarea")) return;
  const lines = linesOf(menu), waits = menu.dataset.menu && !lines.length;
  if (!by && !(waits && event.key === "Tab" && !event.shiftKey)) return;
  event.preventDefault();
  if (waits) return menu.setAttribute("data-awaited", "");
  const here = lines.indexOf(document.activeElement);
  lines.at(here < 0 && by < 0 ? -1 : (here + by) % lines.length)?.focus();
});
