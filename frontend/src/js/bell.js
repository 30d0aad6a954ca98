// The bell: its list over the page, told anew when the stream says so, and its number in the title.
import htmx from "./htmx.js";
import { isPlain } from "./plain.js";
import { everywhere, fromHtml, refresh } from "./ready.js";
import { go } from "./visit.js";

const ASIDE = matchMedia("(min-width: 52.0625rem)");
const SAID_EVERY_MS = 60_000;
const SOON_MS = 150;
let lastSaid = 0, soon;

const bell = () => document.getElementById("bell");
const box = () => document.getElementById("bell-box");
const isOpen = () => box()?.matches(":popover-open");
const token = () => JSON.parse(document.body.getAttribute("hx-headers:inherited") || "{}")["X-CSRFToken"] || "";

const ask = (path, options = {}) => fetch(path, { ...options, headers: { "HX-Request": "true", "X-CSRFToken": token() } });
const send = (path, values = {}) => ask(path, { method: "POST", body: new URLSearchParams(values), keepalive: true });

async function open() {
  const answer = await ask("/notifications/box");
  if (!answer.ok) return location.assign("/notifications");
  box().innerHTML = await answer.text();
  htmx.process(box());
  refresh(box());
  box().showPopover();
  document.getElementById("bell-title").focus();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-shuts-bell]")) { box().hidePopover(); bell().focus(); return; }
  const pressed = event.target.closest("#bell");
  if (!pressed || !isPlain(event) || !ASIDE.matches || location.pathname === "/notifications") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (isOpen()) box().hidePopover();
  else open();
}, true);

document.addEventListener("toggle", (event) => {
  if (event.target !== box()) return;
  bell().setAttribute("aria-expanded", String(event.newState === "open"));
}, true);
document.addEventListener("visit", () => { if (isOpen()) box().hidePopover(); });

// A line leads on without a new page; the server hears that it was opened.
document.addEventListener("submit", (event) => {
  const line = event.target.closest("form[data-leads]");
  if (!line) return;
  event.preventDefault();
  send(line.getAttribute("action").replace(/open$/, "read")).then((answer) => (answer.ok || answer.redirected ? go(line.dataset.leads) : location.reload()));
});

// The page of one entry shows all that its lines tell of.
function readShown() {
  const alone = document.querySelector('#feed[data-rooms=""] > [data-entry]');
  if (alone && Number(bell()?.dataset.unread)) send("/notifications/read", { entry_id: alone.dataset.entry });
}

// Who was named in a chat has a line at the bell too, so the two are not added up.
export function sayTitle() {
  const count = Math.max(Number(bell()?.dataset.unread || 0), Number(document.getElementById("live")?.dataset.addressed || 0));
  const plain = document.title.replace(/^\(\d+\+?\) /, "");
  const said = count ? `(${count > 99 ? "99+" : count}) ${plain}` : plain;
  if (document.title !== said) document.title = said;
}

function announce(words) {
  if (Date.now() - lastSaid < SAID_EVERY_MS) return;
  lastSaid = Date.now();
  document.getElementById("announced").textContent = words;
}

async function renew() {
  const before = bell();
  if (!before) return;
  const answer = await ask("/notifications/bell");
  if (!answer.ok) return;
  const fresh = fromHtml(await answer.text());
  if (Number(fresh.dataset.unread) > Number(before.dataset.unread)) announce(fresh.getAttribute("aria-label"));
  for (const name of ["class", "aria-label", "data-unread"]) before.setAttribute(name, fresh.getAttribute(name));
  sayTitle();
  renewLines();
}

// Lines that are shown say whether they are still new. What came since waits: nothing moves under the reader's eyes.
async function renewLines() {
  const shown = document.querySelector("[data-live-notices]") || (isOpen() && box());
  if (!shown) return;
  const answer = await ask(`/notifications/box?show=${shown.dataset.show || ""}`);
  if (!answer.ok) return;
  const fresh = fromHtml(await answer.text());
  for (const line of fresh.querySelectorAll("[data-notice]")) {
    const here = shown.querySelector(`[data-notice="${line.dataset.notice}"]`);
    if (here) here.classList.toggle("is-new", line.classList.contains("is-new"));
    else document.getElementById("notices-new")?.removeAttribute("hidden");
  }
}

document.addEventListener("notifications.changed", () => {
  clearTimeout(soon);
  soon = setTimeout(renew, SOON_MS + Math.random() * SOON_MS);
});
everywhere((piece) => {
  if (piece !== document) return;
  sayTitle();
  setTimeout(sayTitle, 50);
});
everywhere((piece) => { if (piece === document) readShown(); });
