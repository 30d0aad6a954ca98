// The composer: pictures with their descriptions, @people, and one form at a time on its way.
import { chosen, close, move, select, options } from "./listbox.js";
import { everywhere } from "./ready.js";

function showPicked(input) {
  const list = input.form.querySelector(".picked");
  list.replaceChildren();
  for (const file of input.files) {
    const line = document.createElement("li");
    const isPicture = file.type.startsWith("image/") && file.type !== "image/svg+xml";
    const shown = document.createElement(isPicture ? "img" : "span");
    if (isPicture) Object.assign(shown, { src: URL.createObjectURL(file), alt: "" });
    else Object.assign(shown, { className: "name", textContent: file.name });
    const label = Object.assign(document.createElement("label"), { className: "grow field" });
    const words = Object.assign(document.createElement("span"), { className: "hint", textContent: isPicture ? list.dataset.alt : file.name });
    const alt = Object.assign(document.createElement("input"), { className: "input", name: "alt", maxLength: 500, type: isPicture ? "text" : "hidden" });
    label.append(words, alt);
    line.append(shown, label);
    list.append(line);
  }
  input.form.classList.toggle("has-files", input.files.length > 0);
}

document.addEventListener("change", (event) => {
  if (event.target.matches(".composer input[type=file]")) showPicked(event.target);
});

function take(event, files) {
  const input = event.target.closest?.(".composer")?.querySelector("input[type=file]");
  if (!input || !files?.length) return;
  event.preventDefault();
  const all = new DataTransfer();
  for (const file of [...input.files, ...files]) all.items.add(file);
  input.files = all.files;
  showPicked(input);
}
document.addEventListener("paste", (event) => take(event, event.clipboardData?.files));
document.addEventListener("drop", (event) => take(event, event.dataTransfer?.files));

const MENTION = /(?:^|[\s(])@([\p{L}\p{N}._-]{1,40})$/u;
let asked;

async function suggest(field) {
  const list = listFor(field);
  const match = MENTION.exec(field.value.slice(0, field.selectionStart));
  if (!match) return close(field, list);
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(`/people/mention?q=${encodeURIComponent(match[1])}`, { signal: asked.signal });
    if (answer.ok) show(field, list, (await answer.json()).items);
  } catch (error) {
    if (error.name !== "AbortError") close(field, list);
  }
}

function show(field, list, items) {
  list.replaceChildren(...items.map((person, place) => {
    const option = Object.assign(document.createElement("div"), { id: `${list.id}-${place}` });
    option.setAttribute("role", "option");
    option.dataset.username = person.username;
    const meta = Object.assign(document.createElement("span"), { className: "meta", textContent: person.title });
    option.append(person.name, " ", meta);
    return option;
  }));
  if (items.length) select(field, options(list), 0);
}

function put(field, option) {
  const before = field.value.slice(0, field.selectionStart).replace(/@[\p{L}\p{N}._-]*$/u, `@${option.dataset.username} `);
  const after = field.value.slice(field.selectionStart);
  field.value = before + after;
  field.setSelectionRange(before.length, before.length);
  close(field, listFor(field));
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

const listFor = (field) => document.getElementById(field.getAttribute("aria-controls"));
const mentions = (target) => target.matches?.("textarea[data-mentions]");

document.addEventListener("input", (event) => { if (mentions(event.target)) suggest(event.target); });
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!mentions(field)) return;
  const list = listFor(field);
  if (!chosen(list)) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") move(field, list, event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Enter" || event.key === "Tab") put(field, chosen(list));
  else if (event.key === "Escape") close(field, list);
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.("[role=option][data-username]");
  if (!option) return;
  event.preventDefault();
  put(document.querySelector(`[aria-controls="${option.parentElement.id}"]`), option);
});

// Once open it stays open: closing would move the page under a press that is on its way.
document.addEventListener("focusin", (event) => event.target.closest("form.composer")?.classList.add("is-open"));

document.addEventListener("htmx:before:request", (event) => event.target.closest?.("form.composer")?.classList.add("sending"));
document.addEventListener("htmx:finally:request", (event) => event.target.closest?.("form.composer")?.classList.remove("sending"));
document.addEventListener("htmx:after:request", (event) => {
  const form = event.detail.ctx?.sourceElement?.closest("form");
  if (event.detail.ctx?.response?.status !== 201 || !form) return;
  form.reset();
  form.querySelector(".picked")?.replaceChildren();
  form.classList.remove("has-text", "has-files");
  renew(form);
});

const newKey = () => crypto.randomUUID?.() || `${Date.now()}-${Math.random().toString(36).slice(2)}`;
function renew(form) {
  for (const field of form.querySelectorAll("input[name=client_key]")) field.value = newKey();
}
everywhere((piece) => piece.querySelectorAll("form:has(input[name=client_key])").forEach((form) => {
  if (!form.querySelector("input[name=client_key]").value) renew(form);
}));
