// Keys of conversations: from message to message, from one conversation to another. None fires while somebody types.
import { everywhere } from "../ready.js";
import { go } from "../visit.js";
import { section } from "./log.js";
import { open } from "./thread.js";

const isOff = () => document.documentElement.dataset.shortcuts === "off";
const isTyping = (target) => target.closest?.("input, select, [contenteditable]") || (target.closest?.("textarea") && target.value !== "");
const current = () => document.activeElement?.closest?.(".log .msg");

function messagesOf(log) {
  return [...log.querySelectorAll(".msg")];
}

function step(by) {
  const here = current(), log = here?.closest(".log") || document.activeElement?.closest?.(".log") || document.getElementById("log");
  const all = messagesOf(log), place = all.indexOf(here);
  const next = place < 0 ? lastSeen(log, all) : all[Math.min(all.length - 1, Math.max(0, place + by))];
  if (!next) return;
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function lastSeen(log, all) {
  const end = log.getBoundingClientRect().bottom;
  return all.filter((each) => each.getBoundingClientRect().top < end - 20).at(-1);
}

// The list as it stands in the sidebar; without one, as it stands on the page of the list.
function along(by, onlyUnread) {
  const links = [...document.querySelectorAll('#places a[href^="/chat/"]:not([href="/chat/new"], [href="/chat/channels"])')];
  const here = links.findIndex((link) => link.getAttribute("href") === section()?.dataset.base);
  const order = by > 0 ? [...links.slice(here + 1), ...links.slice(0, Math.max(0, here))] : [...links.slice(0, Math.max(0, here)).reverse(), ...links.slice(here + 1).reverse()];
  const next = order.find((link) => !onlyUnread || link.matches(".unread"));
  if (next) go(next.getAttribute("href"));
}

function act(event) {
  const { key } = event;
  if (event.altKey && (key === "ArrowUp" || key === "ArrowDown")) return along(key === "ArrowDown" ? 1 : -1, event.shiftKey) ?? true;
  if (event.altKey || event.shiftKey || event.target.closest?.("textarea, details[open], dialog")) return false;
  if (key === "j" || (key === "ArrowDown" && current())) return step(1) ?? true;
  if (key === "k" || (key === "ArrowUp" && current())) return step(-1) ?? true;
  if (key === "t" && current()) return open(current().dataset.root, current()) && true;
  if (key === "n") return document.querySelector("#write textarea")?.focus() ?? true;
  return false;
}

document.addEventListener("keydown", (event) => {
  if (!section() || isOff() || event.isComposing || event.defaultPrevented || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
  if (act(event)) { event.preventDefault(); event.stopPropagation(); }
}, true);

// What one opens to write in has its field ready, where no keyboard would cover the page.
const ready = new WeakSet();
everywhere(() => {
  const field = document.querySelector("#write textarea");
  if (!field || ready.has(field)) return;
  ready.add(field);
  const isFree = !document.activeElement || document.activeElement === document.body || document.activeElement.id === "main";
  if (isFree && matchMedia("(hover: hover)").matches && !document.getElementById("log").dataset.at) {
    field.autofocus = true; // so that the visit leaves it the focus
    field.focus({ preventScroll: true });
  }
});

// A menu opens to the side where the log has more room, and is no taller than that.
document.addEventListener("toggle", ({ target }) => {
  const log = target.matches?.(".msg details.menu") && target.closest(".log");
  if (!log) return;
  const at = log.getBoundingClientRect();
  const own = target.getBoundingClientRect(), above = own.top - at.top, below = at.bottom - own.bottom;
  target.classList.toggle("up", above > below);
  target.querySelector(".menu-body").style.setProperty("--most", `${Math.max(above, below) - 8}px`);
}, true);
