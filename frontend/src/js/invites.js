// The codes of a room open over the page; without scripts, or where that fails, they are a page of their own.
import htmx from "./htmx.js";
import { isPlain } from "./plain.js";
import { refresh } from "./ready.js";
import { toast } from "./toast.js";

const OPENS = /^\/rooms\/[^/]+\/invites$/; // other features draw the link, so its address has to tell

function dialogOf() {
  const known = document.getElementById("invite-dialog");
  if (known) return known;
  const made = Object.assign(document.createElement("dialog"), { id: "invite-dialog", className: "dialog" });
  made.setAttribute("aria-labelledby", "invite-title");
  made.addEventListener("click", (event) => { if (event.target === made) made.close(); });
  document.body.append(made);
  return made;
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || !isPlain(event) || !OPENS.test(link.pathname) || link.search || link.closest("#invite-box")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  let answer;
  try {
    answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
  } catch { /* the browser says it better */ }
  if (!answer?.ok) return location.assign(link.href);
  const dialog = dialogOf();
  dialog.innerHTML = await answer.text();
  htmx.process(dialog);
  refresh(dialog);
  if (!dialog.open) dialog.showModal();
}, true);

document.addEventListener("visit", () => document.getElementById("invite-dialog")?.close());

// What was pressed may be gone with the old box: the focus stays where the reader is.
document.addEventListener("htmx:after:swap", () => {
  const box = document.getElementById("invite-box");
  if (box && document.activeElement === document.body) box.focus({ preventScroll: true });
});

async function copy(field) {
  if (navigator.clipboard) return navigator.clipboard.writeText(field.value);
  field.select(); // without HTTPS there is no clipboard but this one
  document.execCommand("copy");
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copies]");
  if (!button) return;
  await copy(document.getElementById(button.dataset.copies));
  toast(button.dataset.copied);
});
