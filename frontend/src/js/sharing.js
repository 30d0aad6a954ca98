// What a post shares is fetched for each viewer, and again when something happened to it.
import htmx from "./htmx.js";

document.addEventListener("live", (event) => {
  const { name, said } = event.detail;
  if (!["entry.added", "entry.changed", "entry.removed"].includes(name)) return;
  for (const card of document.querySelectorAll(`[data-shared="${Number(said.entry_id)}"]`)) htmx.trigger(card, "refresh");
});
