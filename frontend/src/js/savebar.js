// A form that counts what was changed and not saved: its bar appears with the first change, and Discard takes all back.
import { everywhere } from "./ready.js";

const isTyped = (field) => field.name && field.matches("input:not([type=hidden], [type=submit]), select, textarea") && !field.disabled && !("uncounted" in field.dataset);
const said = (field) => (["checkbox", "radio"].includes(field.type) ? String(field.checked) : field.value);
const began = (field) => {
  if (["checkbox", "radio"].includes(field.type)) return String(field.defaultChecked);
  if (field.type !== "select-one") return field.defaultValue;
  return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value;
};

function count(form) {
  const differing = [...form.elements].filter((field) => isTyped(field) && said(field) !== began(field));
  const radios = new Set(differing.filter((field) => field.type === "radio").map((field) => field.name));
  const redrawn = form.querySelector("[data-draft]") ? 1 : 0; // lines that came or went, with the values typed in them
  return differing.filter((field) => field.type !== "radio").length + radios.size + redrawn;
}

function show(form) {
  const bar = form.querySelector(".savebar");
  if (!bar) return;
  const changes = count(form);
  const words = bar.querySelector("[data-count]");
  bar.hidden = !changes && !form.hasAttribute("data-stays");
  bar.querySelector("[type=reset], [data-discard]").hidden = !changes;
  if (changes) words.textContent = changes === 1 ? words.dataset.one : words.dataset.many.replace("{n}", changes);
}

function arm(form) {
  show(form);
  if (form.dataset.armed) return;
  form.dataset.armed = "1";
  form.addEventListener("input", () => show(form));
  form.addEventListener("change", () => show(form));
  form.addEventListener("reset", () => setTimeout(() => show(form)));
}

everywhere((root) => root.querySelectorAll("form[data-savebar]").forEach(arm));
