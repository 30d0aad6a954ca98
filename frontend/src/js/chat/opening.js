// Where a log begins to be read: at the message that was asked for, at what is new, or at its end.
import { everywhere } from "../ready.js";
import { isAtEnd, logs, standsAt, toEnd } from "./log.js";
import { begin } from "./paging.js";

const opened = new WeakSet();

function aim(log) {
  const asked = log.dataset.at && (log.querySelector(`#message-${log.dataset.at}, #message-${log.dataset.at}-log`));
  const line = asked || log.querySelector(".day.new");
  if (!line) return toEnd(log);
  log.scrollTop += line.getBoundingClientRect().top - log.getBoundingClientRect().top - log.clientHeight / (asked ? 2.5 : 4);
  standsAt(log);
  if (!asked) return;
  asked.classList.add("is-aimed");
  asked.tabIndex = -1;
  asked.focus({ preventScroll: true });
}

// Who is at the end stays there when pictures or the composer grow.
const sizes = "ResizeObserver" in window ? new ResizeObserver((changes) => {
  for (const { target } of changes) {
    const log = target.closest(".log");
    if (log && isAtEnd(log)) toEnd(log);
  }
}) : null;

function open(log) {
  if (opened.has(log)) return;
  opened.add(log);
  aim(log);
  sizes?.observe(log);
  sizes?.observe(log.querySelector(".log-lines"));
  begin(log);
}

everywhere(() => logs().forEach(open));
