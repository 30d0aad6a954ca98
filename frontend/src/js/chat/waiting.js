// A message of one's own that is on its way, as a line at the end of its log.
import { mine } from "../mine.js";
import { keepPlace, logOf, place, settle, toEnd } from "./log.js";
import { words } from "./words.js";

export const lineOf = (key) => document.querySelector(`.line.unposted[data-key="${key}"]`);

export function draw(message) {
  const log = logOf(message.thread_id);
  if (!log) return null;
  const line = document.getElementById("waiting-line").content.firstElementChild.cloneNode(true), article = line.querySelector(".msg");
  line.dataset.key = message.key;
  Object.assign(article.dataset, { author: mine().person_id, at: message.at });
  article.querySelector(".prose").textContent = message.body || message.names.join(", ");
  article.querySelector("time").textContent = new Date(message.at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  place(log).querySelector(":scope > .empty")?.remove();
  place(log).insertBefore(line, place(log).querySelector(":scope > script"));
  settle(log);
  toEnd(log);
  return line;
}

export function sayOnItsWay(key) {
  const line = lineOf(key);
  if (!line) return;
  line.querySelector(".state").textContent = words().sending;
  line.querySelector(".unsent").hidden = true;
  line.classList.remove("failed");
}

export function sayFailed(key, why, filesLost) {
  const line = lineOf(key);
  if (!line) return;
  keepPlace(line.closest(".log"), () => {
    line.querySelector(".state").textContent = filesLost ? words().filesLost : "";
    const place = line.querySelector(".why");
    place.dataset.plain ||= place.textContent;
    place.textContent = why || place.dataset.plain;
    line.querySelector(".unsent").hidden = false;
    line.classList.add("failed");
  });
}
