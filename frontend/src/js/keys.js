// Shortcuts. None fires while somebody types, and all can be turned off in the settings.
import { showNew } from "./live.js";
import { go } from "./visit.js";

const PLACES = { h: "/", r: "/rooms", p: "/people" };
let afterG = 0;

const isTyping = (target) => target.closest?.("input, textarea, select, [contenteditable]");
const posts = () => [...document.querySelectorAll("#feed > [data-entry]")];

function step(by) {
  const all = posts();
  const here = all.indexOf(document.activeElement?.closest("#feed > [data-entry]"));
  const next = all[here < 0 ? 0 : Math.min(all.length - 1, Math.max(0, here + by))];
  next?.setAttribute("tabindex", "-1");
  next?.focus();
}

const within = (selector) => document.activeElement?.closest("[data-entry]")?.querySelector(selector);
const KEYS = {
  "/": () => (document.querySelector(".searchbox input") || {}).focus?.(),
  "n": () => document.querySelector(".composer textarea")?.focus(),
  "j": () => step(1),
  "k": () => step(-1),
  ".": () => document.querySelector("#newpill:not([hidden])") && showNew(),
  "l": () => within(".react")?.focus(),
  "c": () => within(".comment-form textarea, a.to-comments")?.focus(),
  "s": () => within(".save")?.click(),
  "Enter": () => document.activeElement?.matches("[data-entry]") && within("a.permalink")?.click(),
  "?": () => document.getElementById("shortcuts")?.showModal(),
  "g": () => { afterG = Date.now(); },
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.form) {
    event.preventDefault();
    event.target.form.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.documentElement.dataset.shortcuts === "off" || isTyping(event.target)) return;
  if (Date.now() - afterG < 1500 && PLACES[event.key]) {
    event.preventDefault();
    return go(PLACES[event.key]);
  }
  const act = KEYS[event.key];
  if (!act || (event.key === "Enter" && !event.target.matches?.("[data-entry]"))) return;
  event.preventDefault();
  act();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-opens]")) document.getElementById(event.target.closest("[data-opens]").dataset.opens)?.showModal();
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
});
