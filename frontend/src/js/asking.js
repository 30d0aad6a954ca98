// Small forms that come in a dialog over the page. Done, they close it; what was wrong is said inside.
const dialog = () => document.getElementById("asked");
const inDialog = (element) => element?.closest?.("#asked");

document.addEventListener("htmx:after:swap", (event) => {
  const asked = dialog();
  if (event.detail.ctx?.target !== asked || !asked.firstElementChild) return;
  if (!asked.open) asked.showModal();
  (asked.querySelector("[autofocus], .asked :is(input:not([type=hidden]), select, textarea)") || asked.querySelector("h2")).focus();
});

// Before the answer comes into the page, so that what it focuses keeps the focus.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (inDialog(ctx?.sourceElement) && ctx.target !== dialog() && ctx.response?.status < 300) dialog().close();
});
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (ctx?.response?.status === 204 && inDialog(ctx.sourceElement)) dialog().close();
});

document.addEventListener("click", (event) => {
  const isOutside = event.target === dialog() && ![...dialog().querySelectorAll("textarea, .asked input:not([type=hidden])")].some((field) => field.value !== field.defaultValue);
  if (!isOutside && !event.target.closest("#asked [data-closes]")) return event.target.closest("#asked a") && dialog().close();
  event.preventDefault();
  event.stopPropagation();
  dialog().close();
}, true);

// What was chosen in a menu closes it.
document.addEventListener("htmx:before:request", (event) => {
  const menu = event.target.closest?.("details.menu");
  if (menu) menu.open = false;
});
