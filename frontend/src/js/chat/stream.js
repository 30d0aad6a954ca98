// What the stream tells of messages, done to the logs that are open.
import { awaitsAnswer } from "../echo.js";
import { holds, rememberOwn } from "../live.js";
import { mine } from "../mine.js";
import { count } from "../reactions.js";
import { everywhere, fromHtml, refresh } from "../ready.js";
import { toast } from "../toast.js";
import { copies, exchange, isAtEnd, isWhole, keepPlace, logOf, logs, put, section, takeOut } from "./log.js";
import { readAnew } from "./paging.js";
import { oneMore } from "./pill.js";
import { words } from "./words.js";

const AWAY_MS = 30_000, FACES = 3;
const checked = new WeakSet();
let isSending = () => false, held = [], hiddenAt = 0;

// While one's own message is on its way, the stream leaves its place to the answer.
export const whileSending = (asked) => { isSending = asked; };
export function release() {
  for (const said of held.splice(0)) added(said);
}

const isHere = (said) => Number(section()?.dataset.room) === said.room_id;

function shownIn(said) {
  return [said.in_log && logOf(), said.thread_id && logOf(said.thread_id)].filter(Boolean);
}

function added(said) {
  if (!isHere(said)) return;
  if (said.author_id === mine().person_id && isSending()) return held.push(said);
  for (const log of shownIn(said)) {
    const wasAtEnd = isAtEnd(log), isKnown = log.querySelector(`.msg[data-entry="${said.entry_id}"]`);
    if (isWhole(log)) keepPlace(log, () => put(log, fromHtml(said.html)));
    if (!isKnown && (!wasAtEnd || !isWhole(log)) && said.author_id !== mine().person_id) oneMore(log);
  }
  countReplies(said);
  document.dispatchEvent(new CustomEvent("message", { detail: said }));
}

function changed(said) {
  for (const old of copies(said.entry_id)) keepPlace(old.closest(".log"), () => exchange(old, fromHtml(said.html)));
}

// Only counted: a press on a reaction, or the focus on it, is never lost.
function reacted(said) {
  rememberOwn(said);
  for (const old of copies(said.entry_id)) keepPlace(old.closest(".log"), () => { count(old, fromHtml(said.html)); refresh(old); });
}

function removed(said) {
  for (const old of copies(said.entry_id)) {
    const log = old.closest(".log");
    if (!awaitsAnswer(old)) keepPlace(log, () => takeOut(log, said.entry_id));
  }
  countReplies(said);
}

const inWords = (element, number) => (number === 1 ? element.dataset.one : element.dataset.many.replace("{n}", number));

// Whoever answered last stands first; three faces at most.
function showLast(link, answer) {
  const faces = link.querySelector(".facepile"), face = answer.querySelector(".av").cloneNode(true), last = link.querySelector(".last");
  face.className = "av s";
  faces.querySelector(`[data-person="${face.dataset.person}"]`)?.remove();
  faces.prepend(face);
  while (faces.children.length > FACES) faces.lastElementChild.remove();
  last.textContent = last.dataset.words.replace("{time}", answer.querySelector(".when").textContent.trim());
}

function countReplies(said) {
  if (!said.thread_id) return;
  for (const root of copies(said.thread_id)) {
    const link = root.querySelector(".threadlink");
    if (!link) continue;
    keepPlace(root.closest(".log"), () => {
      const number = link.querySelector(".reply-count");
      number.textContent = inWords(number, said.comment_count);
      link.hidden = !said.comment_count;
      if (said.html) showLast(link, fromHtml(said.html));
    });
  }
  const total = document.querySelector(`#thread[data-root="${said.thread_id}"] .replies`);
  if (total) total.textContent = inWords(total, said.comment_count);
}

const acts = { "entry.added": added, "entry.changed": changed, "reaction.changed": reacted, "entry.removed": removed };

async function catchUp(says) {
  for (const log of logs()) await readAnew(log).catch(() => {});
  if (says && section()) toast(words().again);
}

const hear = ({ detail: { name, said } }) => {
  if (name === "reset") catchUp(true);
  else if (said.kind === "message") acts[name]?.(said);
};
document.addEventListener("live", hear);
document.addEventListener("live.again", hear);

// A tab that slept, or that another one tells of what happens, may have missed something on its way here.
everywhere(() => {
  const log = document.getElementById("log");
  if (!log || checked.has(log)) return;
  const isFirst = !checked.has(document);
  checked.add(log).add(document);
  if (isFirst) setTimeout(() => { if (!holds()) catchUp(false); }, 1500);
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") hiddenAt = Date.now();
  else if (section() && Date.now() - hiddenAt > AWAY_MS) catchUp(false);
});
