// The search field answers while one types.
import htmx from "./htmx.js";
import { chosen, close, move } from "./listbox.js";
import { go } from "./visit.js";

const PAUSE_MS = 200;
let timer, asked;

async function ask(field, list) {
  const typed = field.value.trim();
  if (typed.length < 2) return close(field, list);
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(`/search/box?q=${encodeURIComponent(typed)}`, { signal: asked.signal, headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    list.innerHTML = await answer.text();
    htmx.process(list);
    field.setAttribute("aria-expanded", String(list.childElementCount > 0));
  } catch (error) {
    if (error.name !== "AbortError") close(field, list);
  }
}

document.addEventListener("input", (event) => {
  if (!event.target.matches(".searchbox input")) return;
  clearTimeout(timer);
  timer = setTimeout(() => ask(event.target, document.getElementById("search-list")), PAUSE_MS);
});
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches?.(".searchbox input")) return;
  const list = document.getElementById("search-list");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(field, list, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape") {
    close(field, list);
  } else if (event.key === "Enter" && chosen(list)) {
    event.preventDefault();
    if (event.ctrlKey) window.open(chosen(list).href, "_blank", "noopener");
    else go(chosen(list).href);
  }
});
document.addEventListener("submit", (event) => {
  const field = event.target.matches(".searchbox") && event.target.elements.q;
  if (!field) return;
  event.preventDefault();
  go(`/search?q=${encodeURIComponent(field.value)}`);
});
document.addEventListener("visit", () => {
  clearTimeout(timer);
  asked?.abort();
  const field = document.querySelector(".searchbox input");
  if (field) close(field, document.getElementById("search-list"));
});
document.addEventListener("focusout", (event) => {
  if (event.target.matches?.(".searchbox input"))
    setTimeout(() => { if (!document.activeElement?.closest(".searchbox")) close(event.target, document.getElementById("search-list")); }, 150);
});
