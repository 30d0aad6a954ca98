// Completions in text fields, chosen by the keyboard while the focus stays where one types.
import { chosen, close, move, options, select } from "./listbox.js";
import { KINDS } from "./suggestions.js";
import { put } from "./write.js";

const FIELDS = "textarea[data-markdown], input[data-emoji-picker], textarea[data-emoji-picker]";
let asked, made = 0;

function listFor(field) {
  const known = document.getElementById(field.getAttribute("aria-controls"));
  if (known) return known;
  const list = Object.assign(document.createElement("div"), { className: "listbox", id: `suggestions-${++made}` });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.getElementById("markdown-bar").dataset.suggestions);
  for (const [name, value] of [["aria-controls", list.id], ["aria-autocomplete", "list"], ["aria-haspopup", "listbox"]]) field.setAttribute(name, value);
  field.after(list);
  return list;
}

function begun(field) {
  const before = field.value.slice(0, field.selectionStart);
  for (const kind of KINDS.filter(({ within }) => !within || field.closest(within))) {
    const match = kind.pattern.exec(before);
    if (match) return { kind, typed: match[1].slice(1), from: before.length - match[1].length };
  }
  return null;
}

async function suggest(field) {
  asked?.abort();
  const word = begun(field);
  if (!word) return field.hasAttribute("aria-controls") && close(field, listFor(field));
  asked = new AbortController();
  const { signal } = asked;
  const items = await word.kind.ask(word.typed, signal).catch(() => []);
  if (!signal.aborted) show(field, word.kind, items);
}

// A line that was picked stays picked when a later answer brings it again.
function show(field, kind, items) {
  if (items[0]?.isWhole) return take(field, items[0].text);
  const list = listFor(field);
  close(field, list);
  list.replaceChildren(...items.map((item, place) => {
    const option = Object.assign(document.createElement("div"), { id: `${list.id}-${place}` });
    option.setAttribute("role", "option");
    option.dataset.text = item.text;
    option.append(item.label);
    if (item.meta) option.append(" ", Object.assign(document.createElement("span"), { className: "meta", textContent: item.meta }));
    return option;
  }));
  const place = items.findIndex((item) => item.text === list.dataset.picked);
  if (items.length && (kind.eager || place >= 0)) select(field, options(list), Math.max(0, place));
}

function take(field, text) {
  const word = begun(field);
  if (word) put(field, text, word.from, field.selectionStart);
  const list = listFor(field);
  delete list.dataset.picked;
  close(field, list);
}

// Whoever has written all of it themselves has nothing to choose: Enter does what it does without a list.
function isTyped(field, option) {
  const word = option && begun(field);
  return word && field.value.slice(word.from, field.selectionStart) === option.dataset.text.trimEnd();
}

document.addEventListener("input", (event) => { if (event.target.matches?.(FIELDS)) suggest(event.target); });
document.addEventListener("focusout", (event) => {
  if (!event.target.matches?.(FIELDS)) return;
  asked?.abort();
  if (event.target.hasAttribute("aria-controls")) close(event.target, listFor(event.target));
});
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches?.(FIELDS) || !field.hasAttribute("aria-controls") || event.isComposing) return;
  const list = listFor(field), option = chosen(list);
  if (!options(list).length) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    move(field, list, event.key === "ArrowDown" ? 1 : -1);
    list.dataset.picked = chosen(list).dataset.text;
  }
  else if (event.key === "Enter" && isTyped(field, option)) return close(field, list);
  else if (option && (event.key === "Enter" || event.key === "Tab")) take(field, option.dataset.text);
  else if (event.key === "Escape") close(field, list);
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.("[role=option][data-text]");
  if (!option) return;
  event.preventDefault();
  take(document.querySelector(`[aria-controls="${option.parentElement.id}"]`), option.dataset.text);
});
