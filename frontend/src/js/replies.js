// One reply form in the page: it comes where Reply was pressed, and leaves with the reply, by Cancel or by Escape.
import { fromHtml } from "./ready.js";

let asked;
const open = () => document.getElementById("reply-form");

function leave() {
  open()?.remove();
  asked?.focus();
}

document.addEventListener("htmx:before:request", (event) => {
  if (!event.target.matches?.(".to-reply")) return;
  open()?.remove();
  asked = event.target;
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("#reply-form [data-leaves]") || !asked?.isConnected) return;
  event.preventDefault();
  event.stopPropagation();
  leave();
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.closest?.("#reply-form") && !event.defaultPrevented) leave();
});

document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx?.sourceElement?.id !== "reply-form" || ctx.response?.status !== 201) return;
  open()?.remove();
  const reply = document.getElementById(fromHtml(ctx.text).id);
  reply?.setAttribute("tabindex", "-1");
  reply?.focus();
});
