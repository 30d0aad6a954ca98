// Small help on the pages of the administration.
import { everywhere } from "./ready.js";

// One box at the head of a table ticks all the others of a name.
function armTicks(box) {
  box.hidden = false;
  if (box.dataset.armed) return;
  box.dataset.armed = "1";
  const others = () => [...box.form.querySelectorAll(`[name="${box.dataset.ticks}"]`)];
  box.addEventListener("change", () => others().forEach((each) => { each.checked = box.checked; }));
  box.form.addEventListener("change", () => { box.checked = others().every((each) => each.checked); });
}

// On a phone the strip of pages shows the one that is open.
function showCurrent(link) {
  link.parentElement.scrollLeft = link.offsetLeft - link.parentElement.offsetLeft - 16;
}

everywhere((root) => {
  root.querySelectorAll("[data-ticks]").forEach(armTicks);
  root.querySelectorAll(".admin-strip [aria-current]").forEach(showCurrent);
});
