// A press on a link fetches the page and exchanges what differs. The stream, the scripts and the search box stay.
// Whatever is not a page of this very shell is loaded as browsers do: it costs a moment, never truth.
import htmx from "./htmx.js";
import { catchUp } from "./live.js";

const BUSY_AFTER_MS = 150;
const PIECES = { select: "#main", selectOOB: "#places:innerHTML,#tabs:innerHTML,#top-items:innerHTML" };
let current, timer;

// Goes to an address of ours as a press on a link would.
export function go(address) {
  const link = Object.assign(document.createElement("a"), { href: address, hidden: true });
  const shell = document.querySelector(".app");
  if (!shell) return location.assign(address);
  shell.append(link);
  htmx.process(link);
  link.click();
  link.remove();
}

// Links are boosted, plain forms are not: they answer with a redirect or with the page again.
document.addEventListener("htmx:before:init", (event) => {
  if (event.target.matches?.("form:not([hx-post], [hx-get]), a[href^='/attachments/']:not([hx-get])")) event.preventDefault();
});

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail, { headers } = ctx.request;
  if (headers["HX-Boosted"]) ctx.visit = "visit";
  else if (headers["HX-History-Restore-Request"]) ctx.visit = "return";
  else return;
  Object.assign(ctx, PIECES, { target: document.getElementById("main"), swap: "outerHTML show:none" });
  for (const name of Object.keys(headers)) if (name.startsWith("HX-")) delete headers[name];
});

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (!ctx.visit) return;
  document.dispatchEvent(new Event("visit"));
  current?.request.abort?.();
  current = ctx;
  clearTimeout(timer);
  timer = setTimeout(() => document.getElementById("main").setAttribute("aria-busy", "true"), BUSY_AFTER_MS);
  for (const name of Object.keys(ctx.request.headers)) if (name.startsWith("HX-")) delete ctx.request.headers[name];
});

const load = (ctx) => (ctx.visit === "return" ? location.reload() : location.assign(ctx.sourceElement.href));
const looks = (page) => JSON.stringify([
  ...["lang", "data-theme", "data-density", "data-text-size", "data-shortcuts"].map((name) => page.documentElement.getAttribute(name)),
  ...[...page.querySelectorAll("link[rel=stylesheet], script[src]")].map((each) => each.getAttribute("href") || each.getAttribute("src")),
  page.querySelector(".side-foot a")?.getAttribute("href"),
]);

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (!ctx.visit) return;
  const page = new DOMParser().parseFromString(ctx.text, "text/html");
  ctx.since = Number(page.getElementById("live")?.dataset.since);
  if (ctx === current && page.getElementById("main") && looks(page) === looks(document)) return;
  event.preventDefault();
  if (ctx === current) load(ctx);
});

document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  if (!ctx.visit) return;
  const main = document.getElementById("main");
  if (!main.contains(document.activeElement) || !document.activeElement.matches("[autofocus]")) main.focus({ preventScroll: true });
  if (ctx.visit === "visit") scrollTo(0, 0);
  const box = document.querySelector(".searchbox input");
  box.value = location.pathname === "/search" ? new URLSearchParams(location.search).get("q") || "" : "";
  catchUp(ctx.since);
  setTimeout(() => { document.getElementById("announced").textContent = document.title; }, 100);
});

document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail;
  if (ctx !== current) return;
  clearTimeout(timer);
  document.getElementById("main")?.removeAttribute("aria-busy");
  current = null;
});

document.addEventListener("htmx:error", (event) => {
  const { ctx } = event.detail;
  if (ctx?.visit && ctx === current) load(ctx);
});
