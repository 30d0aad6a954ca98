// Pictures and files on their way into a post: each on a line with its description, counted before they are sent, and
// kept in this browser beside the words until then.
import { drop, find, keep } from "./kept-files.js";
import { everywhere } from "./ready.js";

const FORM = "form.composer, form.write";
const keyOf = (file) => [file.name, file.size, file.lastModified].join("|");
const isPicture = (file) => file.type.startsWith("image/") && file.type !== "image/svg+xml";
const make = (name, values) => Object.assign(document.createElement(name), values);
const listOf = (form) => form.querySelector(".picked");
const takes = (form) => Boolean(form && listOf(form));
const inputOf = (form) => form.querySelector("input[type=file]");
const kept = new WeakMap(), asked = new WeakSet();
const placeOf = (form) => form.querySelector("textarea[data-draft]")?.dataset.draft;
const altsOf = (form) => [...form.querySelectorAll(".picked input[name=alt]")];

function megabytes(size) {
  const unit = size < 100_000 ? "kilobyte" : "megabyte";
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: 1 }).format(size / (unit === "kilobyte" ? 1e3 : 1e6));
}

function shown(file) {
  if (!isPicture(file)) return make("span", { className: "name", textContent: file.name });
  const picture = make("img", { src: URL.createObjectURL(file), alt: "" });
  picture.addEventListener("load", () => URL.revokeObjectURL(picture.src), { once: true });
  return picture;
}

function lineFor(file, { dataset }, template) {
  const line = document.createElement("li");
  const label = make("label", { className: "grow field" });
  const words = make("span", { className: "hint", textContent: isPicture(file) ? dataset.alt : megabytes(file.size) });
  label.append(words, make("input", { className: "input", name: "alt", maxLength: 500, type: isPicture(file) ? "text" : "hidden" }));
  const remove = template.content.firstElementChild.cloneNode(true);
  remove.setAttribute("aria-label", dataset.remove.replace("{name}", file.name));
  line.append(shown(file), label, remove);
  line.dataset.key = keyOf(file);
  return line;
}

function complaint(files, { dataset }) {
  if (files.length > dataset.files) return dataset.tooMany;
  if (files.some((file) => file.size > dataset.size)) return dataset.tooLarge;
  return files.reduce((sum, file) => sum + file.size, 0) > dataset.total ? dataset.tooHeavy : "";
}

function count(form, files) {
  const list = listOf(form), words = form.querySelector(".picked-sum"), wrong = complaint(files, list);
  const size = megabytes(files.reduce((sum, file) => sum + file.size, 0));
  const sum = files.length === 1 ? list.dataset.one : list.dataset.many.replace("{n}", files.length);
  words.textContent = files.length ? [sum.replace("{size}", size), wrong].filter(Boolean).join(". ") : "";
  words.classList.toggle("err", Boolean(wrong));
  inputOf(form).setCustomValidity(wrong);
}

// Lines that stand stay as they are: what was typed beside a picture is not lost when another one comes.
function show(form, files) {
  const all = new DataTransfer(), list = listOf(form);
  for (const file of files) all.items.add(file);
  inputOf(form).files = all.files;
  kept.set(form, files);
  const standing = new Map([...list.children].map((line) => [line.dataset.key, line]));
  list.replaceChildren(...files.map((file) => standing.get(keyOf(file)) || lineFor(file, list, document.getElementById("take-out"))));
  form.classList.toggle("has-files", files.length > 0);
  count(form, files);
}

function remember(form) {
  const place = placeOf(form), files = kept.get(form) || [];
  if (place && files.length) keep(`draft:${place}`, files, altsOf(form).map((each) => each.value));
  else if (place) drop(`draft:${place}`);
}

async function recall(form) {
  asked.add(form);
  const found = placeOf(form) && (await find(`draft:${placeOf(form)}`));
  if (!found || !form.isConnected || kept.get(form)?.length) return;
  show(form, found.files);
  altsOf(form).forEach((field, place) => { field.value = found.alts[place] || ""; });
}

function add(form, files) {
  const all = new Map([...(kept.get(form) || []), ...files].map((file) => [keyOf(file), file]));
  show(form, [...all.values()]);
  remember(form);
}

everywhere((piece) => {
  for (const form of piece.querySelectorAll(FORM)) if (takes(form) && !asked.has(form)) recall(form);
});
document.addEventListener("change", (event) => {
  if (event.target.matches("input[type=file]") && takes(event.target.form)) add(event.target.form, event.target.files);
  else if (event.target.matches(".picked input[name=alt]")) remember(event.target.form);
});
function take(event, files) {
  const form = event.target.closest?.("form") || event.target.closest?.(".chat, .thread")?.querySelector("form.write");
  if (!takes(form) || !files?.length) return;
  event.preventDefault();
  add(form, files);
}
document.addEventListener("paste", (event) => take(event, event.clipboardData?.files));
document.addEventListener("drop", (event) => take(event, event.dataTransfer?.files));
document.addEventListener("dragover", (event) => { if (event.target.closest?.(".chat, .thread") && event.dataTransfer?.types.includes("Files")) event.preventDefault(); });
document.addEventListener("click", (event) => {
  const line = event.target.closest(".picked .take-out")?.closest("li");
  if (!line) return;
  const form = line.closest("form"), next = line.nextElementSibling || line.previousElementSibling;
  show(form, kept.get(form).filter((file) => keyOf(file) !== line.dataset.key));
  remember(form);
  (next?.querySelector(".take-out") || inputOf(form)).focus();
});
// Enter beside a picture goes to the next one, and does not send a half-described post.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !event.target.matches?.(".picked input")) return;
  event.preventDefault();
  event.target.closest("li").nextElementSibling?.querySelector("input")?.focus();
});
function forget(form) {
  show(form, []);
  remember(form);
}

document.addEventListener("reset", (event) => { if (takes(event.target)) forget(event.target); });
document.addEventListener("submit", ({ target }) => {
  if (target.matches("form.composer:not([hx-post])") && placeOf(target)) drop(`draft:${placeOf(target)}`);
});
