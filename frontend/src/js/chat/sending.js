// Sending: the words stand in the log at once and go one after the other, each with a key that makes it happen once.
import { forget } from "../drafts.js";
import { token } from "../mine.js";
import { everywhere, fromHtml } from "../ready.js";
import { go } from "../visit.js";
import { attach, attachedTo, detach } from "./attached.js";
import { isWhole, keepPlace, logOf, put, section, toEnd } from "./log.js";
import * as outbox from "./outbox.js";
import { release, whileSending } from "./stream.js";
import { draw, lineOf, sayFailed, sayOnItsWay } from "./waiting.js";
import { words } from "./words.js";

const AGAIN_MS = 3000;
const failed = new Set(), bare = new Set(), drawn = new WeakSet(); // `bare`: what was said to go without its files
const sending = new Map(); // in each conversation, the key of what is on its way
let triedAt = 0;

const base = () => section()?.dataset.base;
const newKey = () => crypto.randomUUID?.() || `${Date.now()}-${Math.random().toString(36).slice(2)}`;

// Whatever else the composer asks: where it is shown, when it is said.
const OURS = new Set(["csrf_token", "client_key", "body", "files", "alt"]);
const fieldsOf = (form) => [...new FormData(form)].filter(([name, value]) => !OURS.has(name) && value !== "");

function take(form) {
  const files = [...form.elements.files.files], body = form.elements.body.value.trim();
  if (!body && !files.length) return form.elements.body.focus();
  const message = {
    key: form.elements.client_key.value || newKey(), body, at: new Date().toISOString(), names: files.map((each) => each.name),
    thread_id: Number(form.elements.thread_id?.value) || null, fields: fieldsOf(form),
  };
  if (files.length) attach(message.key, files, [...form.querySelectorAll("input[name=alt]")].map((each) => each.value));
  outbox.add(base(), message);
  forget(form);
  form.reset();
  form.querySelector("details.send-options")?.removeAttribute("open");
  form.elements.client_key.value = newKey();
  for (const menu of form.querySelectorAll("details[open]")) menu.open = false;
  form.querySelector(".err[role=alert]")?.remove();
  form.elements.body.dispatchEvent(new Event("input", { bubbles: true }));
  draw(message);
  sayOnItsWay(message.key);
  flush();
}

// One after the other, so that they stand in the order in which they were said, also when their writer has gone on.
async function flush(place = base()) {
  if (sending.has(place)) return;
  for (let next; (next = outbox.waiting(place).find((each) => !failed.has(each.key)));) {
    sending.set(place, next.key);
    const isThrough = await post(place, next).catch(() => false);
    sending.delete(place);
    if (!isThrough) return failAll(place);
  }
  release();
}

function bodyOf(message, { files, alts }) {
  const form = new FormData();
  const values = [["csrf_token", token()], ["client_key", message.key], ["body", message.body], ...message.fields];
  for (const [name, value] of values) form.append(name, value);
  files.forEach((file, place) => { form.append("files", file); form.append("alt", alts[place] || ""); });
  return form;
}

// True when the house answered, whatever it said, or when there is nothing to ask.
async function post(place, message) {
  const along = (await attachedTo(message)) || (bare.has(message.key) && { files: [], alts: [] });
  if (!along) return sayLost(message);
  sayOnItsWay(message.key);
  const answer = await fetch(`${place}/messages`, { method: "POST", body: bodyOf(message, along), headers: { "HX-Request": "true", "X-CSRFToken": token() }, redirect: "error" });
  if (answer.status >= 500 || answer.status === 401) return false;
  const html = await answer.text();
  if (answer.status === 201) arrive(place, message, html);
  else if (answer.ok) note(place, message, html);
  else {
    failed.add(message.key);
    sayFailed(message.key, answer.status === 422 ? fromHtml(html).textContent.trim() : "");
  }
  return true;
}

// Without its files it goes only when its author says so once more.
function sayLost({ key }) {
  failed.add(key);
  bare.add(key);
  sayFailed(key, "", true);
  return true;
}

function arrive(place, message, html) {
  leaveBox(place, message.key);
  const log = place === base() && logOf(message.thread_id);
  if (!log) return;
  if (!isWhole(log)) return go(`${log.dataset.paging}?newest=1`);
  keepPlace(log, () => {
    lineOf(message.key)?.remove();
    put(log, fromHtml(html));
  });
  document.dispatchEvent(new CustomEvent("message", { detail: {} }));
}

// What a command answers, or when it will be said, is for its author alone, in the place of what they typed.
function note(place, message, html) {
  leaveBox(place, message.key);
  lineOf(message.key)?.replaceWith(fromHtml(html));
}

function failAll(place) {
  for (const { key } of outbox.waiting(place)) {
    failed.add(key);
    sayFailed(key, "", bare.has(key));
  }
  release();
}

function tryAgain(keys) {
  triedAt = Date.now();
  for (const key of keys) failed.delete(key);
  flush();
}

// What this page could not send goes by itself when the house answers again; what an earlier page left waits for a press.
const mayRetry = new Set();
function retry() {
  if (failed.size && Date.now() - triedAt > AGAIN_MS && outbox.waiting(base()).some(({ key }) => failed.has(key) && mayRetry.has(key))) tryAgain([...mayRetry]);
}

const presses = {
  again: (message) => { mayRetry.add(message.key); tryAgain([message.key]); },
  copy: ({ body }, button) => navigator.clipboard?.writeText(body).then(() => { button.textContent = words().copied; }),
  discard: ({ key }) => { leaveBox(base(), key); leave(key); },
};

function leaveBox(place, key) {
  outbox.drop(place, key);
  detach(key);
}

function leave(key) {
  const line = lineOf(key), field = line?.closest(".chat, .thread").querySelector("form.write textarea");
  line?.remove();
  field?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-outbox]");
  const message = button && outbox.waiting(base()).find((each) => each.key === button.closest(".line").dataset.key);
  if (message) presses[button.dataset.outbox](message, button);
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form.write")) return;
  event.preventDefault();
  event.stopPropagation();
  if (!form.checkValidity()) return form.reportValidity();
  mayRetry.add(form.elements.client_key.value ||= newKey());
  take(form);
  const log = logOf(Number(form.elements.thread_id?.value) || null);
  if (log) toEnd(log);
}, true);

// What was left behind by an earlier page stands again, with its choices.
everywhere(() => {
  for (const place of ["log", "thread-log"]) {
    const log = document.getElementById(place);
    if (!log || drawn.has(log)) continue;
    drawn.add(log);
    for (const message of outbox.waiting(base())) {
      if (logOf(message.thread_id) !== log || lineOf(message.key) || message.key === sending.get(base())) continue;
      draw(message);
      failed.add(message.key);
      sayFailed(message.key, "");
      attachedTo(message).then((along) => along || sayLost(message));
    }
  }
});
outbox.onDropped((place, left) => {
  if (place !== base()) return;
  for (const line of document.querySelectorAll(".line.unposted")) if (!left.has(line.dataset.key)) line.remove();
});
whileSending(() => sending.has(base()));
addEventListener("online", retry);
document.addEventListener("live", retry);
