// The quick switcher: a few letters lead to a conversation, a room or a person.
import { chosen, close, move, options, select } from "../listbox.js";
import { token } from "../mine.js";
import { go } from "../visit.js";

const PAUSE_MS = 120;
let timer, asked;
const dialog = () => document.getElementById("switcher");
const field = () => dialog().querySelector("input");
const list = () => dialog().querySelector("[role=listbox]");

function icon(kind) {
  return dialog().querySelector(`template[data-kind="${kind}"]`).content.firstElementChild.cloneNode(true);
}

function option(item, place) {
  const made = Object.assign(document.createElement("div"), { id: `switcher-${place}` });
  made.setAttribute("role", "option");
  Object.assign(made.dataset, item.to ? { to: item.to } : { url: item.url });
  made.classList.toggle("strong", item.unread > 0);
  made.append(icon(item.kind), Object.assign(document.createElement("span"), { className: "grow", textContent: item.label }));
  if (item.meta) made.append(Object.assign(document.createElement("span"), { className: "meta", textContent: item.meta }));
  if (item.addressed) made.append(Object.assign(document.createElement("span"), { className: "count", textContent: item.addressed < 100 ? item.addressed : "99+" }));
  return made;
}

async function offer() {
  asked?.abort();
  asked = new AbortController();
  const answer = await fetch(`/chat/switch?q=${encodeURIComponent(field().value.trim())}`, { signal: asked.signal }).catch(() => null);
  if (!answer?.ok) return;
  const { items } = await answer.json();
  list().replaceChildren(...items.map(option));
  dialog().querySelector(".none").hidden = items.length > 0;
  field().setAttribute("aria-expanded", String(items.length > 0));
  if (items.length) select(field(), options(list()), 0);
}

function open() {
  close(field(), list());
  field().value = "";
  dialog().showModal();
  field().focus();
  offer();
}

// Making the room of two people changes something: it is posted, never asked for.
function take(line) {
  dialog().close();
  if (line.dataset.url) return go(line.dataset.url);
  const form = Object.assign(document.createElement("form"), { method: "post", action: "/chat/new", hidden: true });
  for (const [name, value] of [["csrf_token", token()], ["to", line.dataset.to]]) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  document.body.append(form);
  form.submit();
}

// In a text these keys make a link; a composer that is still empty has nothing to link.
const isWriting = (target) => target.closest?.("input, textarea, [contenteditable]") && !(target.matches(".write textarea") && !target.value);

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  if (document.documentElement.dataset.shortcuts === "off" || !dialog() || document.querySelector("dialog[open]") || isWriting(event.target)) return;
  event.preventDefault();
  event.stopPropagation();
  open();
}, true);
document.addEventListener("keydown", (event) => {
  if (!dialog() || event.target !== field() || event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") move(field(), list(), event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Enter" && chosen(list())) take(chosen(list()));
  else return;
  event.preventDefault();
});
document.addEventListener("input", (event) => {
  if (!event.target.matches?.("#switcher input")) return;
  clearTimeout(timer);
  timer = setTimeout(offer, PAUSE_MS);
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-switcher]")) return open();
  if (!dialog()?.open) return;
  const line = event.target.closest("#switcher [role=option]");
  if (line) take(line);
  else if (event.target === dialog()) dialog().close();
});
