// One stream for all tabs of this browser: one tab holds it, the others hear of it over a channel.
import htmx from "./htmx.js";
import { fromHtml, refresh } from "./ready.js";
import { mine } from "./mine.js";

const NAMES = ["entry.added", "entry.changed", "entry.removed", "reaction.changed", "room.changed", "session.ended", "reset", "beat"];
const QUIET_MS = 20_000;
const channel = "BroadcastChannel" in window ? new BroadcastChannel("intranet-live") : null;
const waiting = new Map();
let lastHeard = Date.now();

function hold() {
  const place = document.getElementById("live");
  if (!place) return;
  const element = document.createElement("div");
  element.setAttribute("hx-sse:connect", `/live?since=${place.dataset.since}`);
  element.setAttribute("hx-sse:close", "session.ended");
  element.setAttribute("hx-config", '{"sse":{"pauseOnBackground":false}}');
  for (const name of NAMES)
    element.addEventListener(name, (event) => {
      event.stopPropagation();
      hear(name, event.detail.data);
      channel?.postMessage({ name, data: event.detail.data });
    });
  element.addEventListener("htmx:error", () => setTimeout(() => { element.remove(); hold(); }, 3000), { once: true });
  place.append(element);
  htmx.process(element);
}

function hear(name, data) {
  lastHeard = Date.now();
  document.getElementById("offline")?.setAttribute("hidden", "");
  let said;
  try { said = JSON.parse(data || "{}"); } catch { return; }
  const act = acts[name];
  if (act) act(said);
}

const acts = {
  "entry.added": (said) => (said.parent_id ? addComment(said) : announce(said)),
  "entry.changed": exchange,
  "reaction.changed": exchange,
  "entry.removed": (said) => {
    document.getElementById(`${said.kind}-${said.entry_id}`)?.remove();
    waiting.delete(said.entry_id);
    showPill();
    countComments(said);
  },
  "reset": () => { waiting.set("reset", null); showPill(); },
  "session.ended": () => { if (document.getElementById("live")) location.assign("/login"); },
};

function shows(said) {
  const feed = document.getElementById("feed");
  if (!feed || feed.dataset.live !== said.kind) return null;
  return feed.dataset.rooms.split(",").includes(String(said.room_id)) ? feed : null;
}

function announce(said) {
  if (!shows(said) || document.getElementById(`${said.kind}-${said.entry_id}`)) return;
  if (said.author_id === mine().person_id && document.querySelector(".composer.sending")) return;
  waiting.set(said.entry_id, said.html);
  showPill();
}

function showPill() {
  const pill = document.getElementById("newpill");
  if (!pill) return;
  pill.hidden = waiting.size === 0;
  const words = waiting.has("reset") ? pill.dataset.reset : waiting.size === 1 ? pill.dataset.one : pill.dataset.many.replace("{n}", waiting.size);
  pill.querySelector(".words").textContent = words;
}

export function showNew() {
  if (waiting.has("reset")) return location.reload();
  const feed = document.getElementById("feed");
  const newest = [...waiting.keys()].sort((a, b) => a - b);
  let first = null;
  for (const id of newest) {
    if (document.getElementById(`post-${id}`)) continue;
    first = fromHtml(waiting.get(id));
    feed.prepend(first);
    htmx.process(first);
    refresh(first);
  }
  waiting.clear();
  showPill();
  first?.setAttribute("tabindex", "-1");
  first?.focus();
  first?.scrollIntoView({ block: "center" });
}

function addComment(said) {
  const list = document.getElementById(`comments-${said.parent_id}`);
  if (list && !document.getElementById(`comment-${said.entry_id}`)) {
    const comment = fromHtml(said.html);
    list.append(comment);
    list.hidden = false;
    htmx.process(comment);
    refresh(comment);
  }
  countComments(said);
}

function countComments(said) {
  if (!said.parent_id) return;
  for (const place of document.querySelectorAll(`#post-${said.parent_id} .comment-count`)) {
    place.textContent = said.comment_count === 1 ? place.dataset.one : said.comment_count ? place.dataset.many.replace("{n}", said.comment_count) : place.dataset.none;
  }
}

function exchange(said) {
  const old = document.getElementById(`${said.kind}-${said.entry_id}`);
  if (!old) { if (waiting.has(said.entry_id)) waiting.set(said.entry_id, said.html); return; }
  const fresh = fromHtml(said.html);
  for (const part of [".post-head", ".post-body", ".actions-row", ".bubble"]) {
    const from = fresh.querySelector(part), to = old.querySelector(part);
    if (!from || !to || to.closest("[data-entry]") !== old || to.contains(document.activeElement) || to.querySelector("details[open]")) continue;
    to.replaceWith(from);
    htmx.process(from);
  }
  refresh(old);
}

channel?.addEventListener("message", (event) => hear(event.data.name, event.data.data));
document.addEventListener("click", (event) => { if (event.target.closest("#newpill button")) showNew(); });
setInterval(() => {
  if (Date.now() - lastHeard > QUIET_MS) document.getElementById("offline")?.removeAttribute("hidden");
}, 2000);
if (document.getElementById("live")) {
  if (navigator.locks) navigator.locks.request("intranet-live", () => { hold(); return new Promise(() => {}); });
  else hold();
}
