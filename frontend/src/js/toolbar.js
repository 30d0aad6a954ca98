// The small toolbar of every Markdown field, put beside it when it is first used, and the keys that do the same.
import { format, goOn } from "./format.js";

const FIELD = "textarea[data-markdown]";
const LETTERS = { b: "bold", i: "italic", k: "link" };
const PLACES = { KeyC: "code", Digit9: "quote", Digit8: "list" };
const bars = new WeakMap();

function add(field) {
  if (bars.has(field)) return;
  const bar = document.getElementById("markdown-bar").content.firstElementChild.cloneNode(true);
  field.id ||= `markdown-${crypto.randomUUID?.() || Date.now()}`;
  bar.dataset.field = field.id;
  bar.querySelector("[data-emoji-picker]").dataset.emojiPicker = field.id;
  if (field.form.querySelector("[formaction='/preview']")) bar.querySelector("[data-previews]").remove();
  (field.closest(".first") || field).after(bar);
  bars.set(field, bar);
  settle(bar, bar.querySelector("button"));
}

// One stop for the Tab key, arrows within.
function settle(bar, current) {
  for (const button of bar.querySelectorAll("button")) button.tabIndex = button === current ? 0 : -1;
}

function walk(event) {
  const bar = event.target.closest?.("[role=toolbar]");
  const all = bar ? [...bar.querySelectorAll("button")].filter((button) => button.offsetParent) : [];
  const here = all.indexOf(event.target);
  if (here < 0) return;
  const ahead = getComputedStyle(bar).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  const to = { Home: 0, End: all.length - 1, [ahead]: here + 1, [ahead === "ArrowRight" ? "ArrowLeft" : "ArrowRight"]: here - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const next = all[(to + all.length) % all.length];
  settle(bar, next);
  next.focus();
}

function byKey(event) {
  const field = event.target;
  if (!field.matches?.(FIELD) || event.isComposing || event.defaultPrevented) return;
  if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey) {
    if (goOn(field)) event.preventDefault();
    return;
  }
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const name = event.shiftKey ? PLACES[event.code] : LETTERS[event.key.toLowerCase()];
  if (!name) return;
  event.preventDefault();
  event.stopPropagation();
  format(field, name);
}

document.addEventListener("focusin", (event) => { if (event.target.matches?.(FIELD)) add(event.target); });
document.addEventListener("keydown", (event) => { byKey(event); walk(event); });
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-format]");
  if (button) format(document.getElementById(button.parentElement.dataset.field), button.dataset.format);
});
