// A finger: a tap gives a message the focus, its dots or a long press open what can be done with it.
// What the browser does with a long press on links and pictures stays, and a double tap still selects.
import { open } from "./tools.js";

const HOLD_MS = 500, NEAR_PX = 12, TWICE_MS = 400;
const LEFT_ALONE = "a, button, summary, input, textarea, audio, dialog";
const hasNoMouse = matchMedia("(hover: none)");
let held = null, lifted = { timeStamp: -TWICE_MS, clientX: 0, clientY: 0 };

const messageOf = (target) => !target.closest?.(LEFT_ALONE) && target.closest?.(".log .msg[data-entry]");
const isSelecting = (message) => getSelection().toString() !== "" && getSelection().containsNode(message, true);

const isFar = (one, other) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) > NEAR_PX;
const isSecond = (tap) => tap.timeStamp - lifted.timeStamp < TWICE_MS && !isFar(tap, lifted);

function letGo() {
  if (!held) return;
  clearTimeout(held.timer);
  held.message.classList.remove("is-held");
  held = null;
}

// What is held may be drawn anew under the finger.
function hold() {
  const { message } = held;
  letGo();
  const standing = document.getElementById(message.id);
  if (standing) open(standing);
}

document.addEventListener("pointerdown", (event) => {
  letGo();
  const message = event.pointerType === "touch" && event.isPrimary && messageOf(event.target);
  if (!message || isSelecting(message) || isSecond(event)) return;
  message.classList.add("is-held");
  held = { message, began: event, timer: setTimeout(hold, HOLD_MS) };
});
document.addEventListener("pointermove", (event) => { if (held && isFar(event, held.began)) letGo(); });
document.addEventListener("pointerup", (event) => { lifted = event; letGo(); });
document.addEventListener("pointercancel", letGo);
// Some browsers say so themselves, before the time is over.
document.addEventListener("contextmenu", (event) => {
  if (held) hold();
  else if (!document.querySelector("dialog.message-tools[open]") || event.pointerType !== "touch") return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const dots = hasNoMouse.matches && event.target.closest?.(".log .msg .tools summary");
  if (!dots) return;
  event.preventDefault();
  event.stopPropagation();
  open(dots.closest(".msg"));
}, true);
document.addEventListener("click", ({ target }) => {
  const message = hasNoMouse.matches && messageOf(target);
  if (!message || isSelecting(message)) return;
  message.tabIndex = -1;
  message.focus({ preventScroll: true });
});
