// A field for one person: names are offered while one types, and the chosen one's user name is sent.
import { chosen, close, move, options, select } from "./listbox.js";

const PAUSE_MS = 150;
let timer, asked;

const isField = (target) => target.matches?.("input[data-person-field]");
const listOf = (field) => document.getElementById(field.getAttribute("aria-controls"));

async function offer(field) {
  const typed = field.value.trim();
  if (!typed) return close(field, listOf(field));
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(`/people/mention?q=${encodeURIComponent(typed)}`, { signal: asked.signal });
    if (answer.ok) show(field, (await answer.json()).items);
  } catch (error) {
    if (error.name !== "AbortError") close(field, listOf(field));
  }
}

function show(field, items) {
  const list = listOf(field);
  list.replaceChildren(...items.map((person, place) => {
    const option = Object.assign(document.createElement("div"), { id: `${list.id}-${place}` });
    option.setAttribute("role", "option");
    Object.assign(option.dataset, { person: person.username, name: person.name });
    const meta = Object.assign(document.createElement("span"), { className: "meta", textContent: [person.username, person.title].filter(Boolean).join(" · ") });
    option.append(person.name, " ", meta);
    return option;
  }));
  field.setAttribute("aria-expanded", String(items.length > 0));
  if (items.length) select(field, options(list), 0);
}

function take(field, option) {
  field.value = option.dataset.person;
  close(field, listOf(field));
  field.focus();
  field.dispatchEvent(new CustomEvent("person", { bubbles: true, detail: { username: option.dataset.person, name: option.dataset.name } }));
}

document.addEventListener("input", (event) => {
  if (!isField(event.target)) return;
  clearTimeout(timer);
  timer = setTimeout(() => offer(event.target), PAUSE_MS);
});
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!isField(field) || !chosen(listOf(field))) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") move(field, listOf(field), event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Enter" && chosen(listOf(field)).dataset.person !== field.value) take(field, chosen(listOf(field)));
  else if (event.key === "Escape") close(field, listOf(field));
  else return;
  event.preventDefault();
});
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.("[role=option][data-person]");
  if (!option) return;
  event.preventDefault();
  take(document.querySelector(`[aria-controls="${option.parentElement.id}"]`), option);
});
document.addEventListener("focusout", (event) => {
  if (!isField(event.target)) return;
  clearTimeout(timer);
  asked?.abort();
  close(event.target, listOf(event.target));
});
