// Anything with `data-emoji-picker` opens the picker. With the id of a field, the emoji goes where its caret is;
// without one, the button says what was chosen by an event named `emoji`.
import { put } from "../write.js";

const touched = new WeakSet(); // a field in which nobody was yet has its caret at the start, where nobody wants it

document.addEventListener("focusin", ({ target }) => touched.add(target));
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[data-emoji-picker]");
  if (!button || button.getAttribute("aria-busy")) return;
  const menu = button.closest("details.menu");
  button.setAttribute("aria-busy", "true");
  const picker = await import("./picker.js").catch(() => null).finally(() => button.removeAttribute("aria-busy"));
  if (menu) menu.open = false;
  const emoji = await picker?.open(menu?.querySelector("summary") || button);
  if (!emoji) return;
  const field = document.getElementById(button.dataset.emojiPicker);
  if (field) touched.has(field) ? put(field, emoji) : put(field, emoji, field.value.length, field.value.length);
  else button.dispatchEvent(new CustomEvent("emoji", { bubbles: true, detail: emoji }));
});
