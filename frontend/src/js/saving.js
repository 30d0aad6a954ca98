// What one keeps for later: shown at once, taken back when it could not be kept.
import { rememberSaved } from "./mine.js";
import { toast } from "./toast.js";

const entryOf = (form) => form.closest("[data-entry]");
const buttonOf = (form) => entryOf(form)?.querySelector(".save"); // which the line in a menu speaks for
const isSave = (form) => form?.matches?.('form[hx-post$="/saved"]') && buttonOf(form);

function set(form, on) {
  buttonOf(form).setAttribute("aria-pressed", String(on));
  rememberSaved(Number(entryOf(form).dataset.entry), on);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!isSave(form)) return;
  const on = buttonOf(form).getAttribute("aria-pressed") !== "true";
  const field = form.elements.on || form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "on" }));
  field.value = on ? "1" : "0";
  set(form, on);
}, true);

document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail, form = ctx?.sourceElement;
  if (!isSave(form) || ctx.response?.status === 204 || !entryOf(form)) return;
  set(form, form.elements.on.value === "0");
  if (ctx.response) toast(document.getElementById("offline").dataset.notsent);
});
