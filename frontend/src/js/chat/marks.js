// What was on the screen up to the end of the log, in a window that is looked at, is read. Escape says so for all of it.
import { token } from "../mine.js";
import { everywhere } from "../ready.js";
import { isAtEnd, isWhole, lastId, section } from "./log.js";
import { fetchPart } from "./paging.js";

const REST_MS = 600;
let timer;
const log = () => document.getElementById("log");
const isLookedAt = () => document.visibilityState === "visible" && document.hasFocus();

async function send(entryId) {
  const here = log();
  if (section()?.dataset.member !== "1" || !entryId || entryId <= Number(here.dataset.readTo)) return;
  const before = here.dataset.readTo;
  here.dataset.readTo = entryId;
  const answer = await fetch(`${section().dataset.base}/read`, {
    method: "POST", body: new URLSearchParams({ entry_id: entryId }), headers: { "HX-Request": "true", "X-CSRFToken": token() }, keepalive: true,
  }).catch(() => null);
  if (!answer?.ok) here.dataset.readTo = before;
}

function look() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    lookAtThread();
    if (log() && isLookedAt() && isAtEnd(log()) && isWhole(log())) send(lastId(log()));
  }, REST_MS);
}

async function readAll() {
  if (isWhole(log())) return send(lastId(log()));
  const piece = await fetchPart(`${section().dataset.base}?newest=1`);
  send(Number([...piece.querySelectorAll(".msg")].at(-1)?.dataset.entry));
}

// Answers in a thread that is open and looked at are read too.
function lookAtThread() {
  const thread = document.getElementById("thread-log");
  if (!thread || !isLookedAt() || !isAtEnd(thread) || section()?.dataset.member !== "1") return;
  const last = String(lastId(thread));
  if (thread.dataset.readTo === last) return;
  thread.dataset.readTo = last;
  fetch(`/chat/m/${thread.dataset.thread}/thread/read`, { method: "POST", headers: { "HX-Request": "true", "X-CSRFToken": token() }, keepalive: true }).catch(() => {});
}

for (const name of ["message", "visibilitychange"]) document.addEventListener(name, () => { if (log()) look(); });
addEventListener("focus", () => { if (log()) look(); });
document.addEventListener("scroll", ({ target }) => { if (target.matches?.("#log, #thread-log")) look(); }, true);
everywhere(() => { if (log()) look(); });

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || !log() || event.isComposing) return;
  if (event.target.closest?.("#thread, dialog, .edit-form, details[open], [popover], .top") || event.target.getAttribute?.("aria-expanded") === "true") return;
  readAll().catch(() => {});
});
