// What one sends comes back twice, as the answer and over the stream, in either order: it is shown once.
import { remember } from "./mine.js";
import { count } from "./reactions.js";
import { fromHtml, refresh } from "./ready.js";

const ADDING = ["afterbegin", "beforeend"];
const entryOf = (form) => form.closest("[data-entry]") || document.getElementById(form.dataset.about);
const sends = (event, what) => event.target.closest?.(`form[hx-post$="/${what}"]`);

document.addEventListener("htmx:before:swap", (event) => {
  for (const task of event.detail.tasks || []) {
    if (!ADDING.includes(task.swapSpec?.style) && !event.detail.ctx?.sourceElement?.matches?.(".to-earlier")) continue;
    for (const entry of task.fragment.querySelectorAll("[data-entry][id]")) document.getElementById(entry.id)?.remove();
    if (task.fragment.querySelector("[data-entry]") && task.target) task.target.hidden = false;
  }
});

// While the answer to a removal is on its way, the stream leaves the place to it.
document.addEventListener("htmx:before:request", (event) => {
  const form = sends(event, "remove");
  if (form) entryOf(form)?.setAttribute("data-leaving", "");
});
document.addEventListener("htmx:finally:request", (event) => {
  const form = sends(event, "remove");
  if (form) entryOf(form)?.removeAttribute("data-leaving");
});

document.addEventListener("htmx:after:swap", (event) => {
  if (!event.detail.ctx?.request?.action?.endsWith("/restore")) return;
  event.target.setAttribute?.("tabindex", "-1");
  event.target.focus?.();
});

export const awaitsAnswer = (entry) => entry.matches("[data-leaving], [data-removed]");

document.addEventListener("htmx:after:request", (event) => {
  const form = sends(event, "reactions");
  const entry = form && entryOf(form);
  if (!entry || event.detail.ctx?.response?.status !== 200) return;
  count(entry, fromHtml(event.detail.ctx.text));
  refresh(entry);
});

document.addEventListener("htmx:finally:request", (event) => {
  const form = sends(event, "reactions");
  const ctx = event.detail.ctx;
  if (!form || ctx?.response?.status === 200 || !ctx?.request?.submitter) return;
  remember(entryOf(form).dataset.entry, ctx.request.submitter.value, form.elements.on.value === "0");
  refresh(entryOf(form));
});
