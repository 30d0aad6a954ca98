// Tells the server which posts were really on the screen: half of it, for a second, in a tab that is looked at.
// Its answer is how much is new in each room; the sidebar says so at once, also when other devices have read.
import { token } from "./mine.js";
import { everywhere } from "./ready.js";

const SEEN_MS = 1000, SEND_MS = 1500, MOST = 100;
const told = new Set(), timers = new Map();
let fresh = [], sending, asking, paused = false, toldAt = 0;

function look(changes) {
  for (const { target, isIntersecting, intersectionRatio, intersectionRect } of changes) {
    const isSeen = isIntersecting && (intersectionRatio >= 0.5 || intersectionRect.height >= innerHeight / 2);
    clearTimeout(timers.get(target));
    timers.delete(target);
    if (isSeen) timers.set(target, setTimeout(() => note(target), SEEN_MS));
  }
}

const observer = "IntersectionObserver" in window ? new IntersectionObserver(look, { threshold: [0, 0.25, 0.5, 0.75, 1] }) : null;

function note(post) {
  timers.delete(post);
  const id = Number(post.dataset.entry);
  if (paused || document.visibilityState !== "visible" || !post.isConnected || told.has(id)) return;
  told.add(id);
  fresh.push(id);
  observer.unobserve(post);
  sending ||= setTimeout(send, SEND_MS);
}

async function send() {
  clearTimeout(sending);
  sending = null;
  const entries = fresh.splice(0, MOST);
  if (!entries.length) return;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token() };
  await count(fetch("/read", { method: "POST", headers, body: JSON.stringify({ entries }), keepalive: true }));
  toldAt = Date.now();
}

async function count(asked) {
  try {
    const answer = await asked;
    if (!answer.ok) return;
    for (const room of (await answer.json()).items) say(room);
  } catch { /* the next one tells */ }
}

function say({ url, unread, words }) {
  for (const link of document.querySelectorAll(`#places a[href="${url}"]`)) {
    link.classList.toggle("unread", unread > 0);
    const badge = link.querySelector(".count");
    if (!unread) badge?.remove();
    else {
      const number = unread < 100 ? String(unread) : "99+";
      if (badge) badge.firstChild.textContent = number;
      else link.querySelector(".label")?.after(made(number, words));
    }
  }
}

function made(number, words) {
  const badge = Object.assign(document.createElement("span"), { className: "count quiet" });
  badge.append(number, Object.assign(document.createElement("span"), { className: "vh", textContent: ` ${words}` }));
  return badge;
}

// Many hear of one post at the same moment: each asks a little later than the other.
function askSoon(longest) {
  if (asking || document.visibilityState !== "visible") return;
  asking = setTimeout(() => { asking = null; count(fetch("/read", { headers: { Accept: "application/json" } })); }, 300 + Math.random() * longest);
}

document.addEventListener("live", (event) => {
  const { name, said } = event.detail;
  if (name === "read.changed" && Date.now() - toldAt > 1000) askSoon(200);
  if (name === "entry.added" && said.kind === "post") askSoon(5000);
});

everywhere((piece) => {
  if (!observer) return;
  for (const post of piece.querySelectorAll("#feed .post[data-entry]")) if (!told.has(Number(post.dataset.entry))) observer.observe(post);
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return send();
  for (const post of document.querySelectorAll("#feed .post[data-entry]")) { observer?.unobserve(post); if (!told.has(Number(post.dataset.entry))) observer?.observe(post); }
  askSoon(200);
});
document.addEventListener("visit", () => { paused = false; send(); });
window.addEventListener("pagehide", send);

// What was just made new again is not read again by looking at it.
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (!ctx?.sourceElement?.matches?.('form[hx-post$="/unread"]') || ctx.response?.status !== 204) return;
  paused = true;
  fresh = [];
  told.clear();
  askSoon(0);
});
