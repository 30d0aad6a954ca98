// What people say of themselves for a while stands beside their names. Fragments say nothing of it, for it ends.
import { everywhere } from "../ready.js";
import { clockWords, times } from "./days.js";
import { hushed } from "./paging.js";

const ASK_MS = 200, SPREAD_MS = 3000, MOST = 200, LONGEST_MS = 2 ** 31 - 1;
const known = new Map(); // by person: what they say, or null
const wanted = new Set();
let asking, ending;

const isOver = ({ until }) => until && Date.parse(until) <= Date.now();
const of = (id) => (known.get(id) && !isOver(known.get(id)) ? known.get(id) : null);

function sentence({ words, until }) {
  return until && times().until ? `${words} · ${times().until.replace("{moment}", clockWords(Date.parse(until)))}` : words;
}

function icon(name) {
  const made = document.createElement("template");
  made.innerHTML = `<svg class="i i-s" aria-hidden="true"><use href="#i-${name}"/></svg>`;
  return made.content.firstElementChild;
}

function mark(status) {
  const made = Object.assign(document.createElement("span"), { className: "says", title: sentence(status) });
  made.classList.toggle("quiet", status.is_quiet);
  made.append(icon(status.is_quiet ? "moon" : "message-circle"));
  if (status.is_quiet) made.append(Object.assign(document.createElement("span"), { className: "vh", textContent: times().quiet || "" }));
  made.append(Object.assign(document.createElement("span"), { className: "words", dir: "auto", textContent: sentence(status) }));
  return made;
}

function put(place, after, status) {
  const standing = place.querySelector(":scope > .says");
  if (standing && status && standing.title === sentence(status) && standing.matches(".quiet") === status.is_quiet) return;
  standing?.remove();
  if (status) after.after(mark(status));
}

// Where a status can stand, whose it is, and how it is put there.
const PLACES = [
  [".msg[data-author]", (message) => message.dataset.author, (message, status) => {
    const head = message.querySelector(":scope > .msg-words > .msg-head");
    if (head) put(head, head.lastElementChild, status);
  }],
  ["#places a > .av[data-person], .chat-list .list-row > .av[data-person]", (picture) => picture.dataset.person, (picture, status) => {
    const row = picture.parentElement, label = row.querySelector(".label"), name = row.querySelector(".grow");
    if (label) put(row, label, status);
    else put(name, name.firstElementChild, status);
  }],
  ["[data-status-of]", (line) => line.dataset.statusOf, (line, status) => {
    line.dataset.plain ??= line.textContent;
    line.replaceChildren(status ? mark(status) : line.dataset.plain);
  }],
];

function each(piece, act) {
  for (const [selector, whose, paint] of PLACES) {
    const found = [...piece.querySelectorAll(selector)];
    if (piece.matches?.(selector)) found.push(piece);
    for (const place of found) act(Number(whose(place)), place, paint);
  }
}

function paint(piece) {
  each(piece, (id, place, apply) => {
    if (known.has(id)) apply(place, of(id));
    else if (id) want(id);
  });
}

// An end that comes while one looks is seen.
function schedule() {
  clearTimeout(ending);
  const ends = [...known.values()].filter((status) => status?.until && !isOver(status)).map(({ until }) => Date.parse(until));
  if (ends.length) ending = setTimeout(paintQuietly, Math.min(LONGEST_MS, Math.min(...ends) - Date.now()));
}

// Nobody wants a log to be read out because somebody went to lunch.
function paintQuietly() {
  const logs = document.querySelectorAll(".log");
  if (!logs.length) paint(document);
  logs.forEach((log, place) => hushed(log, () => { if (!place) paint(document); }));
  schedule();
}

function learn({ people, items }) {
  for (const id of people) known.set(id, null);
  for (const { person_id: id, ...status } of items) known.set(id, status);
  schedule();
}

function want(id) {
  wanted.add(id);
  asking ??= setTimeout(ask, ASK_MS);
}

async function ask() {
  const people = [...wanted].slice(0, MOST);
  wanted.clear();
  asking = null;
  if (!people.length || !document.querySelector(".log, .chat-list")) return;
  const answer = await fetch(`/api/v1/statuses?people=${people}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  learn({ people, items: (await answer.json()).items });
  paintQuietly();
}

function askAnew() {
  each(document, (id) => { if (id) wanted.add(id); });
  if (wanted.size) asking ??= setTimeout(ask, Math.random() * SPREAD_MS);
}

everywhere((piece) => {
  for (const told of piece.querySelectorAll("script.statuses-too")) {
    learn(JSON.parse(told.textContent));
    told.remove();
  }
  paint(piece);
});
document.addEventListener("live", ({ detail: { name, said } }) => {
  if (name === "status") {
    known.set(said.about_id, said.status);
    paintQuietly();
  } else if (name === "present" && said.begins) askAnew(); // it tells nothing of what was said before, and the page may be older
});
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") paintQuietly(); });
