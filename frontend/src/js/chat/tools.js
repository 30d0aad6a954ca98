// What one may do with a message, in a sheet from below: for fingers, which have nothing to hover with.
import htmx from "../htmx.js";
import { ask, offered } from "../menus.js";
import { isPlain } from "../plain.js";
import { refresh } from "../ready.js";

const SWIPE_PX = 80, AFTER_MS = 50;
let pressed = null, swiped = null;
const sheet = () => document.querySelector("dialog.message-tools");

function draw(message) {
  const made = document.getElementById("message-tools").content.firstElementChild.cloneNode(true), title = made.querySelector("h2");
  title.textContent = title.dataset.words.replace("{name}", message.querySelector(".name").textContent.trim());
  made.querySelector(".clipped").textContent = message.querySelector(".prose").textContent.trim();
  made.querySelector(".reactions").append(offered(message.dataset.entry, "#offered"));
  message.append(made); // whatever acts on a message looks for the one around it
  htmx.process(made);
  refresh(made);
  return made;
}

async function fill(made, address) {
  const lines = made.querySelector(".lines");
  lines.setAttribute("aria-busy", "true");
  lines.replaceChildren(await ask(address));
  lines.removeAttribute("aria-busy");
  htmx.process(lines);
  refresh(lines);
}

// The way back leads out of the sheet before it leads out of the conversation.
export function open(message) {
  sheet()?.remove();
  message.tabIndex = -1;
  message.focus({ preventScroll: true }); // who has the focus now gets it back
  getSelection().removeAllRanges();
  pressed = null;
  const made = draw(message), address = `/entries/${message.dataset.entry}/menu`;
  made.showModal();
  made.querySelector("h2").focus();
  history.pushState({ htmx: true, sheet: true }, "");
  fill(made, address).catch(() => location.assign(address));
}

// Forms that are on their way stay until they are answered.
function clear() {
  const made = sheet();
  if (made && !made.open && !made.querySelector(".htmx-request")) made.remove();
}

function leave() {
  if (history.state?.sheet) history.back();
  clear();
}

function showAll(button) {
  const made = sheet();
  made.classList.add("all");
  button.setAttribute("aria-expanded", "true");
  made.querySelector(".lines > :not(.first):is(a, button), .lines > :not(.first) button")?.focus();
  button.hidden = true;
}

function selectText(message) {
  sheet().close();
  getSelection().selectAllChildren(message.querySelector(".prose"));
}

function isOutside({ target, clientX, clientY }) {
  const { left, right, top } = target.getBoundingClientRect();
  return pressed === target && (clientY < top || clientX < left || clientX > right);
}

document.addEventListener("pointerdown", (event) => {
  pressed = event.target;
  const head = event.target.closest?.("dialog.message-tools > header");
  swiped = head && !event.target.closest("button") ? event.clientY : null;
});
document.addEventListener("pointermove", ({ clientY }) => {
  if (swiped !== null && sheet()) sheet().style.translate = `0 ${Math.max(0, clientY - swiped)}px`;
});
for (const name of ["pointerup", "pointercancel"])
  document.addEventListener(name, ({ clientY }) => {
    if (swiped === null || !sheet()) return;
    sheet().style.translate = "";
    if (name === "pointerup" && clientY - swiped > SWIPE_PX) sheet().close();
    swiped = null;
  });

// The place of the sheet in the history goes before its line leads on: one way back, and the conversation is there.
function leadOn(link) {
  addEventListener("popstate", () => link.click(), { once: true });
  history.back();
}

// The finger that opened the sheet is lifted over a line of it: that is no press.
addEventListener("click", (event) => {
  const made = event.target.closest?.("dialog.message-tools"), link = event.target.closest?.("a:not([hx-get], [href$='/thread'])");
  const isLifted = event.detail && !pressed?.closest?.("dialog.message-tools");
  if (!made || (!isLifted && !(link && isPlain(event) && history.state?.sheet))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!isLifted) leadOn(link);
}, true);
document.addEventListener("click", (event) => {
  const { target } = event, made = target.closest?.("dialog.message-tools");
  if (!made) return;
  if (target === made) return isOutside(event) && made.close();
  const line = target.closest("a, button");
  if (line?.matches("[data-more]")) showAll(line);
  else if (line?.matches("[data-selects]")) selectText(made.closest(".msg"));
  else if (line?.matches("a")) made.close();
  else if (line?.matches("[data-copy]")) made.close();
});
for (const name of ["submit", "emoji"]) document.addEventListener(name, ({ target }) => target.closest?.("dialog.message-tools")?.close());
document.addEventListener("close", ({ target }) => { if (target === sheet()) leave(); }, true);
document.addEventListener("htmx:finally:request", () => setTimeout(clear));
// Browsers take the focus away a moment after one went back.
addEventListener("popstate", () => {
  sheet()?.close();
  const had = document.activeElement;
  setTimeout(() => { if (document.activeElement === document.body && had.isConnected) had.focus({ preventScroll: true }); }, AFTER_MS);
});
document.addEventListener("visit", () => sheet()?.close());
