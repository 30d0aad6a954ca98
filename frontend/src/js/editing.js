// Words that are changed where they stand: Escape takes back, and the focus stays with the entry.
import htmx from "./htmx.js";
import { isPlain } from "./plain.js";

const entryOf = (id) => document.getElementById(id)?.closest("[data-entry]");

document.addEventListener("keydown", (event) => {
  const form = event.key === "Escape" && !event.defaultPrevented && event.target.closest?.(".edit-form");
  if (form) form.querySelector("[data-leaves]")?.click();
});

function focusOn(id) {
  const entry = entryOf(id);
  entry?.setAttribute("tabindex", "-1");
  entry?.focus({ preventScroll: true });
}

// The words as they stand come back in place of the form.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-leaves]");
  if (!link || !isPlain(event)) return;
  event.preventDefault();
  event.stopPropagation();
  const { id } = link.closest("form");
  htmx.ajax("GET", link.dataset.leaves, { target: `#${id}`, select: `#${id}`, swap: "outerHTML" }).then(() => focusOn(id));
}, true);

document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  const place = ctx?.target?.id || "";
  if (place.startsWith("words-") && !document.getElementById(place)?.matches("form")) focusOn(place);
});

// The head of a post was exchanged from its own menu.
document.addEventListener("htmx:after:swap", (event) => {
  const place = event.detail.ctx?.target?.id || "";
  if (place.startsWith("head-")) document.getElementById(place)?.querySelector("summary")?.focus();
});
