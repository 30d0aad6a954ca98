// Sending: the words stand in the log at once and go one after the other, each with a key that makes it happen once.
import { forget } from "../drafts.js";
import { token } from "../mine.js";
import { everywhere, fromHtml } from "../ready.js";
import { go } from "../visit.js";
import { isWhole, keepPlace, logOf, put, section, toEnd } from "./log.js";
import * as outbox from "./outbox.js";
import { release, whileSending } from "./stream.js";
import { draw, lineOf, sayFailed, sayOnItsWay } from "./waiting.js";
import { words } from "./words.js";

const AGAIN_MS = 3000;
const attached = new Map(); // what a browser cannot keep: the files of each message, with their descriptions
const failed = new Set(), drawn = new WeakSet();
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
  if (files.length) attached.set(message.key, { files, alts: [...form.querySelectorAll("input[name=alt]")].map((each) => each.value) });
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

function bodyOf(message) {
  const form = new FormData(), { files = [], alts = [] } = attached.get(message.key) || {};
  const values = [["csrf_token", token()], ["client_key", message.key], ["body", message.body], ...message.fields];
  for (const [name, value] of values) form.append(name, value);
  files.forEach((file, place) => { form.append("files", file); form.append("alt", alts[place] || ""); });
  return form;
}

// True when the house answered, whatever it said.
async function post(place, message) {
  sayOnItsWay(message.key);
  const answer = await fetch(`${place}/messages`, { method: "POST", body: bodyOf(message), headers: { "HX-Request": "true", "X-CSRFToken": token() }, redirect: "error" });
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

function arrive(place, message, html) {
  outbox.drop(place, message.key);
  attached.delete(message.key);
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
  outbox.drop(place, message.key);
  attached.delete(message.key);
  lineOf(message.key)?.replaceWith(fromHtml(html));
}

function failAll(place) {
  for (const { key, names } of outbox.waiting(place)) {
    failed.add(key);
    sayFailed(key, "", names.length > 0 && !attached.has(key));
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
  discard: ({ key }) => { outbox.drop(base(), key); attached.delete(key); leave(key); },
};

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
      sayFailed(message.key, "", message.names.length > 0 && !attached.has(message.key));
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
