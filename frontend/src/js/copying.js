// Copies an address of ours, and says what was done by forms that change nothing that is shown.
import { toast } from "./toast.js";

async function copy(words) {
  if (navigator.clipboard) return navigator.clipboard.writeText(words);
  const field = Object.assign(document.createElement("textarea"), { value: words, className: "vh" }); // without HTTPS
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  await copy(new URL(button.dataset.copy, location.origin).href);
  const menu = button.closest("details.menu");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  toast(button.dataset.done);
});

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (ctx?.sourceElement?.dataset?.done && ctx.response?.status < 300) toast(ctx.sourceElement.dataset.done);
});
