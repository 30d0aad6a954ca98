// Short notes go by themselves, but wait while somebody reads or uses them.
import { everywhere } from "./ready.js";

const SHOWN_MS = 6000;

function arm(toast) {
  if (toast.dataset.armed) return;
  toast.dataset.armed = "1";
  const leave = () => {
    if (toast.matches(":hover, :focus-within")) setTimeout(leave, 1000);
    else toast.remove();
  };
  setTimeout(leave, SHOWN_MS);
}

export function toast(words) {
  const place = document.getElementById("toasts");
  const note = Object.assign(document.createElement("div"), { className: "toast", textContent: words });
  place?.append(note);
  arm(note);
}

everywhere(() => document.querySelectorAll("#toasts .toast").forEach(arm));
function notSent() {
  const offline = document.getElementById("offline");
  if (offline) toast(offline.dataset.notsent);
}
document.addEventListener("htmx:error", (event) => { if (event.target.matches?.("form")) notSent(); });
document.addEventListener("notsent", notSent);
document.addEventListener("said", (event) => toast(event.detail.value));
