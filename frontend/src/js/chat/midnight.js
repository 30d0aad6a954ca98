// A log that is open when the company's day ends: what was today is yesterday. A tab that slept looks when it wakes.
import { everywhere } from "../ready.js";
import { sayDay, untilMidnight } from "./days.js";
import { logs } from "./log.js";
import { hushed } from "./paging.js";

let timer;

function look() {
  clearTimeout(timer);
  if (!logs().length) return;
  for (const log of logs()) hushed(log, () => log.querySelectorAll("h2.day[data-date]").forEach(sayDay));
  timer = setTimeout(look, untilMidnight());
}

everywhere((piece) => { if (piece === document) look(); });
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") look(); });
