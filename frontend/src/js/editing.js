// Words that are changed where they stand: Escape takes back, and the focus stays with the entry.
import htmx from "./htmx.js";

const entryOf = (id) => document.getElementById(id)?.closest("[data-entry]");

document.addEventListener("keydown", (event) => {
  const form = event.key === "Escape" && !event.defaultPrevented && event.target.closest?.(".edit-form");
  if (form) form.querySelector("[data-leaves]")?.click();
});

// The words as they stand come back in place of the form.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-leaves]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  const place = `#${link.closest("form").id}`;
  htmx.ajax("GET", link.dataset.leaves, { source: link, target: place, select: place, swap: "outerHTML" });
}, true);

document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  const place = ctx?.target?.id || "";
  if (!place.startsWith("words-") || document.getElementById(place)?.matches("form")) return;
  const entry = entryOf(place);
  entry?.setAttribute("tabindex", "-1");
  entry?.focus({ preventScroll: true });
});

// The head of a post was exchanged from its own menu.
document.addEventListener("htmx:after:swap", (event) => {
  const place = event.detail.ctx?.target?.id || "";
  if (place.startsWith("head-")) document.getElementById(place)?.querySelector("summary")?.focus();
});
