// The composer under a log: what Enter does, the arrow that edits the last message, and its small buttons.
import htmx from "../htmx.js";
import { everywhere } from "../ready.js";
import { put } from "../write.js";
import { section } from "./log.js";

const KEY = "chat-send-key"; // kept in this browser: a phone has another keyboard than a desk
const isTouch = matchMedia("(hover: none) and (pointer: coarse)");
const entersSend = () => (localStorage.getItem(KEY) || (isTouch.matches ? "ctrl" : "enter")) === "enter";

function sayKeys() {
  const sends = entersSend();
  for (const each of document.querySelectorAll(".under kbd[data-key=send]")) each.textContent = sends ? "Enter" : "Ctrl Enter";
  for (const each of document.querySelectorAll(".under kbd[data-key=line]")) each.textContent = sends ? "Shift Enter" : "Enter";
  for (const each of document.querySelectorAll("[data-send-key]")) each.setAttribute("aria-checked", String(sends));
}

function byEnter(event) {
  const field = event.target;
  if (event.key !== "Enter" || !field.matches?.(".write textarea, .msg .edit-form textarea")) return;
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey || !entersSend()) return;
  event.preventDefault();
  event.stopPropagation();
  field.form.requestSubmit();
}

function editLast(event) {
  const field = event.target;
  if (event.key !== "ArrowUp" || event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !field.matches?.(".write textarea") || field.value) return;
  const last = [...field.closest(".chat, .thread").querySelectorAll(".line:not(.unposted) > .msg.is-mine")].at(-1);
  if (!last) return;
  event.preventDefault();
  htmx.ajax("GET", `/entries/${last.dataset.entry}/edit`, { target: `#words-${last.dataset.entry}`, swap: "outerHTML" }).then(() => {
    const words = document.querySelector(`#words-${last.dataset.entry} textarea`);
    words?.focus();
    words?.setSelectionRange(words.value.length, words.value.length);
  });
}

document.addEventListener("keydown", (event) => { byEnter(event); editLast(event); }, true);

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-formats], [data-names], [data-send-key]");
  if (!button) return;
  const form = button.closest("form.write");
  if (button.matches("[data-send-key]")) {
    localStorage.setItem(KEY, entersSend() ? "ctrl" : "enter");
    return sayKeys();
  }
  const field = form.elements.body;
  field.focus();
  if (button.matches("[data-names]")) return put(field, field.value && !/\s$/.test(field.value.slice(0, field.selectionStart)) ? " @" : "@");
  button.setAttribute("aria-pressed", String(form.classList.toggle("formats")));
});
everywhere(() => { if (section()) sayKeys(); });
