// The tab that holds the stream says when nobody looks at any tab of this browser, and when somebody is back.
import { holds } from "./live.js";
import { token } from "./mine.js";

const IDLE_MS = 5 * 60_000, SAY_MS = 20_000, SILENT_MS = 50_000;
const channel = "BroadcastChannel" in window ? new BroadcastChannel("intranet-here") : null;
let touched = Date.now(), seen = Date.now(), isAway = false;

const isHere = () => !document.hidden && Date.now() - touched < IDLE_MS;

// What did not arrive is said again when it is looked the next time.
async function tell(away) {
  isAway = away;
  const asked = { method: "POST", headers: { "X-CSRFToken": token() }, body: new URLSearchParams({ away }) };
  const answer = await fetch("/live/away", asked).catch(() => null);
  if (!answer?.ok && isAway === away) isAway = !away;
}

function note() {
  seen = Date.now();
  if (holds() && isAway) tell(false);
}

function look() {
  if (isHere()) {
    note();
    channel?.postMessage("here");
  } else if (holds() && !isAway && Date.now() - seen > SILENT_MS) tell(true);
}

// A stream that begins counts as somebody who is here.
function beginAnew() {
  isAway = false;
  look();
}

function touch() {
  const wasHere = isHere();
  touched = Date.now();
  if (!wasHere) look();
}

if (document.getElementById("live")) {
  channel?.addEventListener("message", note);
  for (const name of ["pointerdown", "keydown", "wheel", "touchstart"]) document.addEventListener(name, touch, { passive: true, capture: true });
  document.addEventListener("visibilitychange", touch);
  document.addEventListener("live", ({ detail }) => { if (detail.said.begins && holds()) beginAnew(); });
  setInterval(look, SAY_MS);
}
