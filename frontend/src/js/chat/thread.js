// The thread beside the log: it opens without a new page, has an address of its own, and gives the focus back.
import htmx from "../htmx.js";
import { isPlain } from "../plain.js";
import { refresh } from "../ready.js";
import { copies, keepPlace, section } from "./log.js";
import { settleTwins } from "./twins.js";

let asked = null;
const panel = () => document.getElementById("thread");
const main = () => document.getElementById("main");
const addressOf = (root) => `${section().dataset.base}/t/${root}`;

async function show(root) {
  const answer = await fetch(`${addressOf(root)}?part=thread`, { headers: { "HX-Request": "true" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const piece = document.createElement("template");
  piece.innerHTML = (await answer.text()).trim();
  panel()?.remove();
  keepPlace(document.getElementById("log"), () => {
    section().after(piece.content);
    main().classList.add("with-panel");
    settleTwins();
  });
  htmx.process(panel());
  refresh(document);
  mark(root);
}

function mark(root) {
  for (const link of document.querySelectorAll(".threadlink[aria-current]")) link.removeAttribute("aria-current");
  for (const copy of root ? copies(root) : []) copy.querySelector(".threadlink")?.setAttribute("aria-current", "true");
}

function hide() {
  keepPlace(document.getElementById("log"), () => {
    panel()?.remove();
    main().classList.remove("with-panel");
    settleTwins();
  });
  mark(null);
}

export async function open(root, from = null) {
  if (panel()?.dataset.root !== root) {
    asked = from || document.activeElement;
    await show(root).catch(() => location.assign(addressOf(root)));
    history.pushState({ htmx: true }, "", addressOf(root));
  }
  const field = panel()?.querySelector("form.write textarea") || panel()?.querySelector("h2");
  if (matchMedia("(hover: none)").matches) panel()?.querySelector("h2").focus();
  else field?.focus();
}

export function close() {
  if (!panel()) return;
  const { root } = panel().dataset;
  hide();
  history.pushState({ htmx: true }, "", section().dataset.base);
  const message = document.querySelector(`#message-${root}`);
  const back = asked?.isConnected && asked !== document.body ? asked : message;
  if (back === message) message?.setAttribute("tabindex", "-1");
  (back || document.getElementById("log")).focus({ preventScroll: true });
  asked = null;
}

document.addEventListener("click", (event) => {
  if (!section() || !isPlain(event)) return;
  const link = event.target.closest?.("a[data-closes-thread], .msg a[href^='/chat/m/'][href$='/thread']");
  if (!link) return;
  event.preventDefault();
  event.stopPropagation();
  if (link.matches("[data-closes-thread]")) close();
  else {
    const menu = link.closest("details[open]");
    if (menu) menu.open = false;
    link.closest("dialog")?.close();
    open(link.closest("[data-entry]").dataset.root, menu?.querySelector("summary") || link);
  }
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || !event.target.closest?.("#thread")) return;
  if (event.target.closest(".edit-form, details[open]") || event.target.getAttribute("aria-expanded") === "true") return;
  event.preventDefault();
  close();
});

// Back and forward within one conversation open and close the thread, nothing else.
const isHere = () => section() && (location.pathname === section().dataset.base || location.pathname.startsWith(`${section().dataset.base}/t/`));

function follow() {
  if (!isHere()) return;
  const root = location.pathname.split("/t/")[1];
  if (root && panel()?.dataset.root !== root) show(root).catch(() => location.reload());
  else if (!root && panel()) hide();
}

addEventListener("popstate", follow);
document.addEventListener("htmx:before:history:restore", (event) => { if (isHere()) event.preventDefault(); });
