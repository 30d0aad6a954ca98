// Older messages come before the first and newer ones below the last, while what is read stays where it is.
import { isPlain } from "../plain.js";
import { refresh } from "../ready.js";
import { exchange, find, keepPlace, linesOf, place, put, takeOut } from "./log.js";
import { show } from "./pill.js";

const AHEAD = "600px 0px", QUIET_MS = 1000, PAGES = 40;
const observers = new WeakMap();

export async function fetchPart(address) {
  const url = new URL(address, location.href);
  url.searchParams.set("part", "log");
  const answer = await fetch(url, { headers: { "HX-Request": "true" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const piece = document.createElement("template");
  piece.innerHTML = await answer.text();
  refresh(piece.content);
  return piece.content;
}

// What one asked to see is not read out as news.
export function hushed(log, change) {
  log.setAttribute("aria-live", "off");
  change();
  setTimeout(() => log.removeAttribute("aria-live"), QUIET_MS);
}

async function load(log, link) {
  if (link.getAttribute("aria-busy")) return;
  link.setAttribute("aria-busy", "true");
  try {
    const piece = await fetchPart(link.href);
    const next = piece.querySelector(link.matches(".older") ? "a.older" : "a.newer");
    hushed(log, () => keepPlace(log, () => {
      for (const article of [...piece.querySelectorAll(".msg")]) put(log, article);
      if (next) link.replaceWith(next);
      else link.remove();
    }, { stays: true }));
    watch(log);
    show(log);
  } catch {
    link.removeAttribute("aria-busy");
  }
}

// After a gap that the stream cannot tell of: what stands here is compared with what the server has, to the very end.
export async function readAnew(log) {
  const first = Number(linesOf(log)[0]?.querySelector(".msg")?.dataset.entry || 1);
  let after = first - 1;
  for (let page = 0; page < PAGES; page += 1) {
    const piece = await fetchPart(`${log.dataset.paging}?after=${after}`);
    const fresh = [...piece.querySelectorAll(".msg")], isMore = Boolean(piece.querySelector("a.newer"));
    const upTo = isMore ? Number(fresh.at(-1).dataset.entry) : Infinity;
    keepPlace(log, () => reconcile(log, fresh, after, upTo));
    if (!isMore) return log.querySelector("a.newer")?.remove();
    after = upTo;
  }
}

function reconcile(log, fresh, after, upTo) {
  const standing = new Set(fresh.map((each) => each.dataset.entry));
  for (const line of linesOf(log)) {
    const id = line.querySelector(":scope > .msg")?.dataset.entry;
    if (id && Number(id) > after && Number(id) <= upTo && !standing.has(id)) takeOut(log, id);
  }
  for (const article of fresh) find(log, article.dataset.entry) ? exchange(find(log, article.dataset.entry), article) : put(log, article);
}

function watch(log) {
  observers.get(log)?.disconnect();
  const observer = new IntersectionObserver((changes) => {
    for (const { isIntersecting, target } of changes) if (isIntersecting) load(log, target);
  }, { root: log, rootMargin: AHEAD });
  observers.set(log, observer);
  for (const link of place(log).querySelectorAll(":scope > a.older, :scope > a.newer")) observer.observe(link);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".chat-page .log a:is(.older, .newer)");
  if (!link || !isPlain(event)) return;
  event.preventDefault();
  event.stopPropagation();
  load(link.closest(".log"), link);
}, true);

export const begin = (log) => { watch(log); show(log); };
