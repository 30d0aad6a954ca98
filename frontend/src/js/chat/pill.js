// "3 new below": says what came under the reader's eyes, and leads there.
import { go } from "../visit.js";
import { isAtEnd, isWhole, toEnd } from "./log.js";

const counts = new WeakMap();

function pillOf(log) {
  if (log.nextElementSibling?.matches(".below")) return log.nextElementSibling;
  const pill = document.getElementById("below-pill").content.firstElementChild.cloneNode(true);
  log.after(pill);
  return pill;
}

export function oneMore(log) {
  counts.set(log, (counts.get(log) || 0) + 1);
  show(log);
}

export function show(log) {
  const number = counts.get(log) || 0;
  if (isWhole(log) && (isAtEnd(log) || !number)) {
    counts.delete(log);
    if (log.nextElementSibling?.matches(".below")) log.nextElementSibling.remove();
    return;
  }
  const button = pillOf(log).querySelector("button"), { one, many, newest } = button.dataset;
  button.querySelector(".words").textContent = number === 1 ? one : number ? many.replace("{n}", number) : newest;
}

document.addEventListener("click", (event) => {
  const log = event.target.closest?.(".below button")?.closest(".below").previousElementSibling;
  if (!log) return;
  if (!isWhole(log)) return go(`${log.dataset.paging}?newest=1`);
  toEnd(log);
  show(log);
  log.focus({ preventScroll: true });
});
document.addEventListener("scroll", ({ target }) => { if (target.matches?.(".chat-page .log")) show(target); }, true);
