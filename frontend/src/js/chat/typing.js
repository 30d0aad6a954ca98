// "Kofi is writing…": said for a few seconds, and read out seldom.
import { mine, token } from "../mine.js";
import { logOf, section } from "./log.js";
import { words } from "./words.js";

const SHOWN_MS = 6000, SAID_EVERY_MS = 10_000, SEND_EVERY_MS = 3000;
const writers = new Map(); // by thread (0 is the log): name by person, and until when
let saidAt = 0, sentAt = 0;

const lineOf = (threadId) => logOf(threadId)?.closest(".chat, .thread").querySelector(".typing");

function sentence(names) {
  const { oneWrites, twoWrite, manyWrite } = words();
  if (names.length > 2) return manyWrite;
  return names.length === 2 ? twoWrite.replace("{one}", names[0]).replace("{two}", names[1]) : names.length ? oneWrites.replace("{name}", names[0]) : "";
}

function show(threadId) {
  const them = writers.get(threadId || 0) || new Map(), line = lineOf(threadId), now = Date.now();
  for (const [id, { until }] of them) if (until <= now) them.delete(id);
  if (!line) return;
  const said = sentence([...them.values()].map(({ name }) => name));
  if (line.textContent === said) return;
  line.textContent = said;
  if (!said || now - saidAt < SAID_EVERY_MS) return;
  saidAt = now;
  document.getElementById("announced").textContent = said;
}

function note({ room_id, thread_id, person_id, name }) {
  if (Number(section()?.dataset.room) !== room_id || person_id === mine().person_id) return;
  const them = writers.get(thread_id || 0) || new Map();
  writers.set(thread_id || 0, them.set(person_id, { name: name.split(" ")[0], until: Date.now() + SHOWN_MS }));
  show(thread_id);
  setTimeout(() => show(thread_id), SHOWN_MS + 50);
}

// Whoever has said it does not write it any more.
function done({ room_id, thread_id, author_id }) {
  if (Number(section()?.dataset.room) !== room_id || !writers.get(thread_id || 0)?.delete(author_id)) return;
  show(thread_id);
}

document.addEventListener("live", ({ detail: { name, said } }) => {
  if (name === "typing") note(said);
  else if (name === "entry.added" && said.kind === "message") done(said);
});
document.addEventListener("visit", () => writers.clear());

document.addEventListener("input", ({ target }) => {
  if (!target.matches?.(".write textarea") || !target.value || Date.now() - sentAt < SEND_EVERY_MS) return;
  sentAt = Date.now();
  const where = new URLSearchParams({ room_id: section().dataset.room });
  const thread = target.form.elements.thread_id?.value;
  if (thread) where.set("thread_id", thread);
  fetch("/live/typing", { method: "POST", body: where, headers: { "HX-Request": "true", "X-CSRFToken": token() } }).catch(() => {});
});
