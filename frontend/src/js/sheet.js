// A link that opens in a dialog over the page. Without scripts, or when it cannot be fetched, it is a link.
import htmx from "./htmx.js";
import { isPlain } from "./plain.js";

const OPENS = "a[data-sheet], a[href^='/entries/'][href$='/audience']";

async function open(link) {
  const sheet = document.getElementById("sheet");
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const body = sheet.querySelector(".sheet-body");
  body.innerHTML = await answer.text();
  sheet.querySelector("h2").textContent = link.dataset.sheet || link.textContent.trim();
  htmx.process(body);
  link.closest("details.menu")?.removeAttribute("open");
  sheet.showModal();
  sheet.querySelector("h2").focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(OPENS);
  if (!link || !document.getElementById("sheet") || !isPlain(event)) return;
  event.preventDefault();
  event.stopPropagation();
  open(link).catch(() => location.assign(link.href));
}, true);
// A press beside it closes it; a link in it leads away, and it goes.
document.addEventListener("click", (event) => {
  const sheet = document.getElementById("sheet");
  if (sheet?.open && (event.target === sheet || event.target.closest?.("#sheet a:not([hx-get])"))) sheet.close();
});
document.addEventListener("visit", () => document.getElementById("sheet")?.close());
