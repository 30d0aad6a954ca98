// What stands in the composer is kept on the server too: when one rests for a while, and when one leaves.
// The key of the form is the draft's: what was posted is no draft any more, however late the last save arrives.
import { token } from "./mine.js";
import { everywhere } from "./ready.js";

const REST_MS = 5000;
const timers = new Map();
const place = (form) => `draft-key:${fieldOf(form)?.dataset.draft}`;
const fieldOf = (form) => form.querySelector("textarea[data-draft]");
const composers = () => document.querySelectorAll("form.composer");

function save(form) {
  clearTimeout(timers.get(form));
  if (!timers.delete(form)) return;
  const key = form.elements.client_key.value, room = form.dataset.room || form.elements.room?.value;
  if (!key || !room) return;
  localStorage.setItem(place(form), key);
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token() };
  const body = JSON.stringify({ client_key: key, room, body: fieldOf(form).value });
  fetch("/drafts", { method: "POST", headers, body, keepalive: body.length < 60_000 }).catch(() => {});
}

const saveAll = () => [...timers.keys()].forEach(save);

function changed(form) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), REST_MS));
}

function forget(form) {
  clearTimeout(timers.get(form));
  timers.delete(form);
  localStorage.removeItem(place(form));
}

for (const name of ["input", "change"])
  document.addEventListener(name, (event) => {
    const form = event.target.closest?.("form.composer");
    if (form && (event.target === fieldOf(form) || (event.target.name === "room" && fieldOf(form).value))) changed(form);
  });
document.addEventListener("visit", saveAll);
window.addEventListener("pagehide", saveAll);

// Words that this browser kept go on under their own key.
everywhere(() => {
  for (const form of composers()) {
    const key = localStorage.getItem(place(form));
    if (key && fieldOf(form).value && !timers.has(form)) form.elements.client_key.value = key;
  }
});

function renew(form) {
  forget(form);
  form.reset();
  form.classList.remove("has-text", "has-files");
  form.querySelector(".picked")?.replaceChildren();
  form.elements.client_key.value = crypto.randomUUID?.() || `${Date.now()}-${Math.random().toString(36).slice(2)}`;
}

document.addEventListener("htmx:after:request", (event) => {
  const form = event.detail.ctx?.sourceElement?.closest?.("form.composer");
  const status = event.detail.ctx?.response?.status;
  if (form && status === 201) forget(form);
  if (form && status === 202) renew(form);
});
document.addEventListener("submit", (event) => {
  const { key } = event.target.dataset;
  if (event.target.matches("form.composer:not([hx-post])")) forget(event.target);
  if (!key) return;
  for (const name of Object.keys(localStorage).filter((each) => each.startsWith("draft-key:") && localStorage.getItem(each) === key)) {
    localStorage.removeItem(name);
    localStorage.removeItem(name.replace("draft-key:", "draft:"));
  }
});
