// Who reacted: the button's title, shown also on keyboard focus and when a finger rests on it.
const HOLD_MS = 500;
const BUTTON = ".react[title]";
let timer, held = false, shown = null;

function tip() {
  const known = document.getElementById("names");
  if (known) return known;
  const made = Object.assign(document.createElement("div"), { className: "names-tip", id: "names", hidden: true });
  made.setAttribute("role", "tooltip");
  document.body.append(made);
  return made;
}

function place() {
  const words = tip(), at = shown.getBoundingClientRect();
  words.style.setProperty("--x", `${Math.max(8, Math.min(at.left, document.documentElement.clientWidth - words.offsetWidth - 8))}px`);
  words.style.setProperty("--y", `${at.top - words.offsetHeight - 6 > 0 ? at.top - words.offsetHeight - 6 : at.bottom + 6}px`);
}

function show(button) {
  const words = tip();
  words.textContent = button.title;
  words.hidden = false;
  button.setAttribute("aria-describedby", words.id);
  shown = button;
  place();
}

function hide() {
  clearTimeout(timer);
  shown?.removeAttribute("aria-describedby");
  shown = null;
  tip().hidden = true;
}

document.addEventListener("focusin", ({ target }) => { if (target.matches?.(BUTTON) && target.matches(":focus-visible")) show(target); });
document.addEventListener("focusout", () => { if (shown) hide(); });
document.addEventListener("keydown", ({ key }) => { if (shown && key === "Escape") hide(); });
addEventListener("scroll", () => { if (shown) place(); }, { passive: true });
document.addEventListener("visit", hide);

document.addEventListener("pointerdown", (event) => {
  held = false;
  if (shown) hide();
  const button = event.pointerType === "mouse" ? null : event.target.closest?.(BUTTON);
  if (button) timer = setTimeout(() => { held = true; show(button); }, HOLD_MS);
});
for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => clearTimeout(timer));
document.addEventListener("contextmenu", (event) => { if (event.target.closest?.(BUTTON) && held) event.preventDefault(); });
// The press that showed the names is not also a reaction.
document.addEventListener("click", (event) => {
  if (!held || !event.target.closest?.(BUTTON)) return;
  held = false;
  event.preventDefault();
  event.stopPropagation();
}, true);
