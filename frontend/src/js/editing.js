// Words that are changed where they stand: Escape takes back, and the focus stays with the entry.
const entryOf = (id) => document.getElementById(id)?.closest("[data-entry]");

document.addEventListener("keydown", (event) => {
  const form = event.key === "Escape" && !event.defaultPrevented && event.target.closest?.(".edit-form");
  if (form) form.querySelector("[data-leaves]")?.click();
});

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
