// A log in the page: lines in the order of their ids, a day above them where it begins, and who goes on speaking.
import htmx from "../htmx.js";
import { count } from "../reactions.js";
import { refresh } from "../ready.js";
import { sayDay } from "./days.js";
import { settleTwins, twin } from "./twins.js";

const GOES_ON_MS = 5 * 60_000, NEAR_PX = 40;
const loose = new WeakSet(); // logs whose reader went up from the end
const tops = new WeakMap();

export const section = () => document.querySelector("#main > .chat");
export const logs = () => [...document.querySelectorAll("#log, #thread-log")];
export const logOf = (threadId) => (threadId ? document.querySelector(`#thread-log[data-thread="${threadId}"]`) : document.getElementById("log"));
export const place = (log) => log.querySelector(".log-lines");
export const linesOf = (log) => [...log.querySelectorAll(".line:not(.root)")];
export const find = (log, id) => log.querySelector(`.msg[data-entry="${id}"]`);
export const copies = (id) => document.querySelectorAll(`#main .msg[data-entry="${id}"]`);
export const isWhole = (log) => !log.querySelector("a.newer");
export const isAtEnd = (log) => !loose.has(log);
export const lastId = (log) => Number([...log.querySelectorAll(".line:not(.root, .unposted) > .msg[data-entry]")].at(-1)?.dataset.entry || 0);

export function toEnd(log) {
  loose.delete(log);
  log.scrollTop = log.scrollHeight;
  tops.set(log, log.scrollTop);
}

const isNearEnd = (log) => log.scrollHeight - log.scrollTop - log.clientHeight <= NEAR_PX;

export function standsAt(log) {
  if (isNearEnd(log)) loose.delete(log);
  else loose.add(log);
}

// Only who goes up leaves the end: a picture that grows under it does not.
function noteScroll(log) {
  if (isNearEnd(log)) loose.delete(log);
  else if (log.scrollTop < (tops.get(log) || 0)) loose.add(log);
  tops.set(log, log.scrollTop);
}

// Whatever changes in a log: who is at its end stays there, and for everyone else what they look at stays where it is.
export function keepPlace(log, change, { stays = false } = {}) {
  if (!stays && isAtEnd(log)) {
    change();
    return toEnd(log);
  }
  const top = log.getBoundingClientRect().top;
  const seen = linesOf(log).map((line) => [line, line.getBoundingClientRect()]).filter(([, at]) => at.bottom > top);
  change();
  const [line, was] = seen.find(([each]) => each.isConnected) || [];
  if (line) log.scrollTop += line.getBoundingClientRect().top - was.top;
}

// The message where its id wants it; the one that stands there already is exchanged.
export function put(log, article) {
  const standing = find(log, article.dataset.entry);
  if (standing) return exchange(standing, article);
  const removed = log.querySelector(`#message-${article.dataset.entry}[data-removed]`);
  if (removed) return bringBack(removed, article);
  const line = Object.assign(document.createElement("div"), { className: "line" });
  line.append(article);
  place(log).insertBefore(line, before(log, Number(article.dataset.entry)));
  place(log).querySelector(":scope > .empty")?.remove();
  settleTwins();
  htmx.process(line);
  refresh(line);
  settle(log);
  return article;
}

// Out of the bin: where it was. Who pressed Undo here has the answer to that on its way.
function bringBack(removed, article) {
  if (removed.querySelector(".htmx-request")) return removed;
  removed.replaceWith(article);
  htmx.process(article);
  refresh(article);
  return article;
}

function before(log, id) {
  const all = linesOf(log);
  let later = null;
  for (const line of all.toReversed()) {
    if (!line.matches(".unposted") && Number(line.querySelector(".msg")?.dataset.entry || 0) < id) break;
    later = line;
  }
  while (later?.previousElementSibling?.matches(".day:not(.replies)")) later = later.previousElementSibling;
  return later || place(log).querySelector(":scope > a.newer, :scope > script");
}

const FOCUSED = "a, button, summary, input, textarea";

export function exchange(old, fresh) {
  if (old.querySelector(".edit-form, .htmx-request, details[open], dialog[open]")) return count(old, fresh);
  if (old.id.endsWith("-log")) twin(fresh);
  const focus = old === document.activeElement ? -1 : [...old.querySelectorAll(FOCUSED)].indexOf(document.activeElement);
  const hadFocus = old.contains(document.activeElement);
  if (old.hasAttribute("tabindex")) fresh.tabIndex = old.tabIndex;
  fresh.classList.toggle("is-aimed", old.matches(".is-aimed"));
  old.replaceWith(fresh);
  htmx.process(fresh);
  refresh(fresh);
  if (hadFocus) (focus < 0 ? fresh : [...fresh.querySelectorAll(FOCUSED)][focus] || fresh).focus({ preventScroll: true });
  return fresh;
}

export function takeOut(log, id) {
  find(log, id)?.closest(".line")?.remove();
  settle(log);
}

// Days and who goes on speaking, as the server draws them.
export function settle(log) {
  let last = log.querySelector(".line.root > .msg")?.dataset || null;
  for (const line of linesOf(log)) {
    const said = line.querySelector(":scope > .msg")?.dataset || null;
    if (said) head(line, !line.matches(".unposted") && last?.date !== said.date && said);
    const goesOn = said && last && line.previousElementSibling?.matches(".line");
    line.classList.toggle("cont", Boolean(goesOn && last.author === said.author && Date.parse(said.at) - Date.parse(last.at) < GOES_ON_MS));
    last = said;
  }
  for (const day of log.querySelectorAll(".day:not(.replies)")) if (!day.nextElementSibling?.matches(".line, .day:not(.replies)")) day.remove();
}

function head(line, said) {
  let at = line, standing = line.previousElementSibling;
  if (standing?.matches(".day.new")) { at = standing; standing = standing.previousElementSibling; }
  if (!standing?.matches("h2.day")) standing = null;
  if (!said) return standing?.remove();
  if (!standing) at.before(standing = Object.assign(document.createElement("h2"), { className: "day" }));
  standing.dataset.date = said.date;
  sayDay(standing);
}

document.addEventListener("htmx:after:swap", () => logs().forEach(settle));
document.addEventListener("scroll", ({ target }) => { if (target.matches?.(".chat-page .log")) noteScroll(target); }, true);
