// One stream for all tabs of this browser: one tab holds it, the others hear of it over a channel.
import { awaitsAnswer } from "./echo.js";
import htmx from "./htmx.js";
import { mine, remember } from "./mine.js";
import { count } from "./reactions.js";
import { fromHtml, refresh } from "./ready.js";

const NAMES = [
  "entry.added", "entry.changed", "entry.removed", "reaction.changed", "room.changed", "read.changed", "session.ended", "notifications.changed", "reset", "beat", "present", "presence", "status", "typing",
];
const PARTS = [".post-head", ".post-body", ".post-media", ".bubble", ".pieces"];
const QUIET_MS = 20_000;
const channel = "BroadcastChannel" in window ? new BroadcastChannel("intranet-live") : null;
const waiting = new Map();
const KEPT = 200;
let heard = [];
let lastHeard = Date.now();
let isHeld = false;

// Whether this tab is the one with the stream.
export const holds = () => isHeld;

function hold() {
  const place = document.getElementById("live");
  if (!place) return;
  isHeld = true;
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
  if (said.id) note(name, said);
  act(name, said);
  document.dispatchEvent(new CustomEvent("live", { detail: { name, said } }));
}

// Messages have logs of their own, which hear of them as everybody does.
function act(name, said) {
  if (said.kind !== "message") acts[name]?.(said);
}

// A stream that begins anew begins where the last one ended.
function note(name, said) {
  heard = [...heard.slice(1 - KEPT), { name, said }];
  const place = document.getElementById("live");
  if (place) place.dataset.since = Math.max(place.dataset.since, said.id);
}

// Another page came into this one: what happened since the server wrote it is done to it again.
export function catchUp(since) {
  waiting.clear();
  showPill();
  for (const { name, said } of heard.filter((each) => each.said.id > since)) {
    act(name, said);
    document.dispatchEvent(new CustomEvent("live.again", { detail: { name, said } }));
  }
}

const acts = {
  "entry.added": (said) => (said.parent_id ? addComment(said) : announce(said)),
  "entry.changed": (said) => exchange(said, PARTS),
  "reaction.changed": (said) => { rememberOwn(said); exchange(said, []); },
  "entry.removed": (said) => {
    const entry = find(`${said.kind}-${said.entry_id}`);
    if (entry && !awaitsAnswer(entry)) entry.remove();
    waiting.delete(said.entry_id);
    showPill();
    countComments(said);
  },
  "notifications.changed": () => document.dispatchEvent(new Event("notifications.changed")),
  "reset": () => { waiting.set("reset", null); showPill(); document.dispatchEvent(new Event("notifications.changed")); },
  "session.ended": () => { if (document.getElementById("live")) location.assign("/login"); },
};

function shows(said) {
  const feed = document.getElementById("feed");
  if (!feed || feed.dataset.live !== said.kind) return null;
  return feed.dataset.rooms.split(",").includes(String(said.room_id)) ? feed : null;
}

function announce(said) {
  if (!shows(said) || document.getElementById(`${said.kind}-${said.entry_id}`)) return;
  waiting.set(said.entry_id, fromHtml(said.html));
  if (said.author_id !== mine().person_id || !document.querySelector(".composer.sending")) showPill();
}

// What came by another way in the meantime is no longer new.
function forgetShown() {
  for (const id of waiting.keys()) if (document.getElementById(`post-${id}`)) waiting.delete(id);
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
    first = waiting.get(id);
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

// An entry in the page, or in a post that waits to be shown.
function find(id) {
  const here = document.getElementById(id);
  if (here) return here;
  for (const post of waiting.values()) {
    const found = post?.id === id ? post : post?.querySelector(`#${id}`);
    if (found) return found;
  }
  return null;
}

function addComment(said) {
  const list = find(`comments-${said.parent_id}`);
  const ends = list && !list.querySelector(":scope > .to-later");
  if (ends && !find(`comment-${said.entry_id}`)) {
    const comment = fromHtml(said.html);
    const later = [...list.children].find((each) => Number(each.dataset.entry) > said.entry_id);
    list.insertBefore(comment, later || null);
    list.hidden = false;
    if (list.isConnected) htmx.process(comment);
    refresh(comment);
  }
  countComments(said);
}

const inWords = (place, number) => (number === 1 ? place.dataset.one : number ? place.dataset.many.replace("{n}", number) : place.dataset.none);

function countComments(said) {
  const post = said.thread_id && find(`post-${said.thread_id}`);
  for (const place of post ? post.querySelectorAll(".comment-count") : []) place.textContent = inWords(place, said.comment_count);
  if (said.parent_id !== said.thread_id) countReplies(find(`comment-${said.parent_id}`), said.reply_count);
}

// The way to the replies that are not shown here.
function countReplies(comment, number) {
  const link = comment?.querySelector(".replies-link");
  if (!link) return;
  link.querySelector(".reply-count").textContent = inWords(link, number) || "";
  link.hidden = number <= comment.querySelectorAll(".replies > .comment").length;
}

function exchange(said, parts) {
  const old = find(`${said.kind}-${said.entry_id}`);
  if (!old) return;
  const fresh = fromHtml(said.html);
  count(old, fresh);
  for (const part of parts) renewPart(old, old.querySelector(part), fresh.querySelector(part));
  refresh(old);
}

// Pressed in another window of the same person. A press that is still on its way knows better.
export function rememberOwn(said) {
  const entry = find(`${said.kind}-${said.entry_id}`);
  if (said.reactor_id === mine().person_id && !entry?.querySelector("form.htmx-request")) remember(said.entry_id, said.emoji, said.on);
}

function renewPart(entry, old, fresh) {
  if (!old || !fresh || old.closest("[data-entry]") !== entry || old.querySelector("details[open], .edit-form, .htmx-request") || old.isEqualNode(fresh)) return;
  const place = [...old.querySelectorAll("a, button, summary")].indexOf(document.activeElement);
  old.replaceWith(fresh);
  if (fresh.isConnected) htmx.process(fresh);
  if (place >= 0) [...fresh.querySelectorAll("a, button, summary")][place]?.focus({ preventScroll: true });
}

document.addEventListener("htmx:finally:request", forgetShown);
channel?.addEventListener("message", (event) => hear(event.data.name, event.data.data));
document.addEventListener("click", (event) => { if (event.target.closest("#newpill button")) showNew(); });
setInterval(() => {
  if (Date.now() - lastHeard > QUIET_MS) document.getElementById("offline")?.removeAttribute("hidden");
}, 2000);
if (document.getElementById("live")) {
  if (navigator.locks) navigator.locks.request("intranet-live", () => { hold(); return new Promise(() => {}); });
  else hold();
}
