// What is typed is kept in this browser until it was sent.
import { everywhere } from "./ready.js";

const timers = new Map();
const key = (field) => `draft:${field.dataset.draft}`;

function mark(field) {
  field.closest(".composer")?.classList.toggle("has-text", field.value !== "");
}

everywhere((piece) => {
  for (const field of piece.querySelectorAll("textarea[data-draft]")) {
    if (!field.value) field.value = localStorage.getItem(key(field)) || "";
    mark(field);
  }
});

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches?.("textarea[data-draft]")) return;
  mark(field);
  clearTimeout(timers.get(field));
  timers.set(field, setTimeout(() => keep(field), 1000));
});

function keep(field) {
  clearTimeout(timers.get(field));
  timers.delete(field);
  if (field.value) localStorage.setItem(key(field), field.value);
  else localStorage.removeItem(key(field));
}

const keepAll = () => [...timers.keys()].forEach(keep);
document.addEventListener("visit", keepAll);
window.addEventListener("pagehide", keepAll);

export function forget(form) {
  for (const field of form.querySelectorAll("textarea[data-draft]")) {
    clearTimeout(timers.get(field));
    timers.delete(field);
    localStorage.removeItem(key(field));
  }
}

document.addEventListener("htmx:after:request", (event) => {
  const form = event.detail.ctx?.sourceElement?.closest("form");
  const status = event.detail.ctx?.response?.status;
  if (form && status >= 200 && status < 300) forget(form);
});
document.addEventListener("submit", (event) => {
  if (!event.target.hasAttribute("hx-post")) forget(event.target);
});
