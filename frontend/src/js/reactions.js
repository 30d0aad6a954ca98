// Reactions under an entry: counted anew where they stand, so that a press or the focus is never lost.
import { mine, remember } from "./mine.js";

const own = (entry, selector) => [...entry.querySelectorAll(selector)].filter((each) => each.closest("[data-entry]") === entry);
const rowOf = (entry) => own(entry, ".actions-row > form, .reacts > form")[0];

export function count(entry, fresh) {
  const row = rowOf(entry), wanted = rowOf(fresh);
  if (!row || !wanted) return;
  const standing = new Map(own(entry, ".react[data-emoji]").map((button) => [button.dataset.emoji, button]));
  let before = null;
  for (const next of own(fresh, ".react[data-emoji]")) {
    const button = standing.get(next.dataset.emoji);
    standing.delete(next.dataset.emoji);
    if (button) say(button, next);
    else if (before) before.after(next);
    else row.querySelector(".react") ? row.querySelector(".react").before(next) : row.append(next);
    before = button || next;
  }
  for (const gone of standing.values()) leave(gone, entry);
}

function say(button, next) {
  for (const name of ["title", "aria-label"]) next.hasAttribute(name) ? button.setAttribute(name, next.getAttribute(name)) : button.removeAttribute(name);
  const here = button.querySelector(".num"), there = next.querySelector(".num");
  if (here && there) here.textContent = there.textContent;
  else button.replaceChildren(...next.childNodes);
}

function leave(gone, entry) {
  const had = gone === document.activeElement;
  gone.remove();
  if (had) own(entry, ".actions-row .react, .reacts .react, .tools button")[0]?.focus();
}

function toggle(form, button, entry) {
  const on = button.getAttribute("aria-pressed") !== "true";
  const field = form.querySelector("[name=on]") || form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "on" }));
  field.value = on ? "1" : "0";
  remember(entry.dataset.entry, button.dataset.emoji, on);
  button.setAttribute("aria-pressed", String(on));
}

// Any other emoji, from the picker: sent as if its button stood there already.
function give(entry, emoji) {
  const standing = own(entry, ".react[data-emoji]").find((button) => button.dataset.emoji === emoji);
  if (standing) return standing.getAttribute("aria-pressed") === "true" || standing.click();
  const button = Object.assign(document.createElement("button"), { name: "emoji", value: emoji, hidden: true });
  Object.assign(button.dataset, { emoji, chosen: "" });
  const form = rowOf(entry);
  form.append(button);
  form.requestSubmit(button);
  button.remove();
}

document.addEventListener("emoji", (event) => {
  const entry = event.target.closest("[data-entry]");
  if (entry) give(entry, event.detail);
});

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  const entry = button?.closest("[data-entry]");
  if (button?.matches(".react[data-emoji], [data-chosen]")) toggle(event.target, button, entry);
  else if (entry && button.closest(".emoji-row")) {
    remember(entry.dataset.entry, button.value, true);
    const menu = button.closest("details");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  }
}, true);
