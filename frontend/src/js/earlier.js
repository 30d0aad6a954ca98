// Earlier comments come in above: what is being read stays where it is, and the keyboard goes on at what came.
let coming, stays, top;
const anchoring = (value) => { document.documentElement.style.overflowAnchor = value; };

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (!ctx?.sourceElement?.matches?.(".to-earlier")) return;
  coming = ctx;
  stays = ctx.sourceElement.nextElementSibling;
  top = stays?.getBoundingClientRect().top;
  anchoring("none"); // the browser would move once more
});

document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx !== coming || !stays?.isConnected) return;
  scrollBy({ top: stays.getBoundingClientRect().top - top, behavior: "instant" });
  const came = stays.previousElementSibling;
  came?.setAttribute("tabindex", "-1");
  came?.focus({ preventScroll: true });
  requestAnimationFrame(() => requestAnimationFrame(() => anchoring("")));
});
