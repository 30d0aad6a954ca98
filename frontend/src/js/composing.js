// The composer's form: it opens where one writes, goes on its way once, and begins anew when its words have arrived.
import { everywhere } from "./ready.js";

// Once open it stays open: closing would move the page under a press that is on its way.
document.addEventListener("focusin", (event) => event.target.closest("form.composer")?.classList.add("is-open"));

document.addEventListener("htmx:before:request", (event) => event.target.closest?.("form.composer")?.classList.add("sending"));
document.addEventListener("htmx:finally:request", (event) => event.target.closest?.("form.composer")?.classList.remove("sending"));
document.addEventListener("htmx:after:request", (event) => {
  const form = event.detail.ctx?.sourceElement?.closest("form");
  if (event.detail.ctx?.response?.status !== 201 || !form) return;
  form.reset();
  form.classList.remove("has-text");
  renew(form);
});

const newKey = () => crypto.randomUUID?.() || `${Date.now()}-${Math.random().toString(36).slice(2)}`;
function renew(form) {
  for (const field of form.querySelectorAll("input[name=client_key]")) field.value = newKey();
}
everywhere((piece) => piece.querySelectorAll("form:has(input[name=client_key])").forEach((form) => {
  if (!form.querySelector("input[name=client_key]").value) renew(form);
}));
