// How much is new, on every page: in the sidebar, on the way to the chats, and in the title of the window.
import { mine } from "../mine.js";
import { everywhere } from "../ready.js";
import { sayTitle } from "../bell.js";

const SOON_MS = 300, EVERY_MS = 2000, HIDDEN_MS = 8000;
let timer = null, askedAt = 0;

const shown = (number) => (number < 100 ? String(number) : "99+");

function badge(place, number, after) {
  let count = place.querySelector(".count");
  if (!number) return count?.remove();
  if (!count) {
    count = Object.assign(document.createElement("span"), { className: "count" });
    count.append("", Object.assign(document.createElement("span"), { className: "vh", textContent: ` ${document.getElementById("live").dataset.unread}` }));
    after.after(count);
  }
  count.firstChild.textContent = shown(number);
}

// The page that lists all conversations says what was said last in each.
const list = () => document.querySelector(".chat-list");
function sayNewest(link, { words, when } = { words: "", when: "" }) {
  link.querySelector(".newest").textContent = words;
  link.querySelector(".when").textContent = when;
}

// What was asked for elsewhere says nothing of the lines of a list that has opened since.
function say({ items, total }, isOfList) {
  for (const { url, unread, addressed, newest } of items)
    for (const link of document.querySelectorAll(`#places a[href="${url}"], #main .list-row[href="${url}"]`)) {
      link.classList.toggle("unread", unread > 0);
      badge(link, addressed, link.querySelector(".label, .grow"));
      if (isOfList && list()?.contains(link)) sayNewest(link, newest);
    }
  for (const link of document.querySelectorAll('#places nav a[href="/chat"]')) badge(link, total, link.querySelector(".label"));
  for (const wrap of document.querySelectorAll('#tabs a[href="/chat"] .wrap-i')) badge(wrap, total, wrap.lastElementChild);
  remember(total);
}

function remember(total) {
  const place = document.getElementById("live");
  if (!place) return;
  place.dataset.addressed = total;
  sayTitle();
}

async function ask() {
  timer = null;
  askedAt = Date.now();
  const isOfList = Boolean(list());
  const answer = await fetch(`/chat/unread${isOfList ? "?newest=1" : ""}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.ok) say(await answer.json(), isOfList);
}

// Many hear of one message at the same moment: who is not named asks a little later than the others.
function soon(isUrgent) {
  if (timer) return;
  const rest = document.visibilityState === "visible" ? EVERY_MS : HIDDEN_MS;
  const spread = isUrgent ? SOON_MS : rest * Math.random();
  timer = setTimeout(ask, Math.max(spread, askedAt + EVERY_MS - Date.now()));
}

const names = (said) => said.html?.includes(`data-person="${mine().person_id || document.getElementById("live")?.dataset.person}"`);

document.addEventListener("live", ({ detail: { name, said } }) => {
  if (name === "entry.added" && said.kind === "message") soon(names(said) || Boolean(list()));
  else if (name === "entry.removed" && said.kind === "message") soon(Boolean(list()));
  else if (name === "entry.changed" && said.kind === "message" && list()) soon(true);
  else if (name === "read.changed" && said.in_chat !== false) soon(true);
  else if (name === "notifications.changed" || name === "reset") soon(true);
});
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") soon(true); });
everywhere((piece) => {
  const count = document.querySelector('#places nav a[href="/chat"] .count');
  if (piece === document) remember(parseInt(count?.firstChild.textContent || "0", 10));
});
