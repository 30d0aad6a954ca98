// The picker of any emoji: a dialog beside the button that asked, with search, groups, tones and what was used lately.
// The focus stays in the search field and arrows walk the grid (ARIA combobox); a press or Enter chooses.
import { find } from "./find.js";
import { load } from "./load.js";
import { lately, remember, setTone, tinted, TONES, tone } from "./tones.js";

const GAP = 6, EDGE = 8, ROOM = 460;
const dialog = document.getElementById("emoji-picker");
const [search, groups, list, none, name, tones] = ["input", "[role=toolbar]", "[role=listbox]", ".none", ".name", "select"].map((each) => dialog.querySelector(each));
let known, anchor, answer;

const options = (within) => [...within.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector("[aria-selected=true]");

function option(emoji, label, id) {
  const made = Object.assign(document.createElement("div"), { id, textContent: emoji, title: label });
  made.setAttribute("role", "option");
  made.setAttribute("aria-label", label);
  return made;
}

function section(title, emoji, id) {
  const made = Object.assign(document.createElement("div"), { id });
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", title);
  made.append(...emoji.map((each, place) => option(each.emoji, each.label, `${id}-${place}`)));
  return made;
}

const inGroup = (place) => known.emoji.filter((each) => each.group === place).map((each) => ({ emoji: tinted(each), label: each.label }));

function usedLately() {
  const labels = new Map(known.emoji.flatMap((each) => [[each.emoji, each.label], [tinted(each), each.label]]));
  return lately().map((emoji) => ({ emoji, label: labels.get(emoji) || emoji }));
}

function draw() {
  const typed = search.value.trim();
  if (typed) {
    const found = find(known.emoji, typed).map((each) => ({ emoji: tinted(each), label: each.label }));
    list.replaceChildren(...(found.length ? [section(list.dataset.found, found, "emoji-found")] : []));
  } else {
    const used = usedLately();
    const all = known.groups.map((title, place) => section(title, inGroup(place), `emoji-${place}`));
    list.replaceChildren(...(used.length ? [section(list.dataset.lately, used, "emoji-lately")] : []), ...all);
  }
  list.scrollTop = 0;
  none.hidden = Boolean(list.firstChild);
  if (typed && list.firstChild) show(options(list)[0]);
  else unshow();
}

function show(one) {
  chosen()?.removeAttribute("aria-selected");
  one.setAttribute("aria-selected", "true");
  for (const each of [search, list]) each.setAttribute("aria-activedescendant", one.id);
  one.scrollIntoView({ block: "nearest" });
  name.textContent = one.title;
}

function unshow() {
  for (const each of [search, list]) each.removeAttribute("aria-activedescendant");
  name.textContent = "";
}

function drawGroups() {
  groups.replaceChildren(...known.groups.map((title, place) => {
    const button = Object.assign(document.createElement("button"), { type: "button", title, textContent: inGroup(place)[0].emoji });
    button.setAttribute("aria-label", title);
    button.dataset.group = `emoji-${place}`;
    button.tabIndex = place ? -1 : 0;
    return button;
  }));
}

function rows() {
  return [...list.children].flatMap((group) => {
    const all = options(group), wide = getComputedStyle(group).gridTemplateColumns.split(" ").length;
    return Array.from({ length: Math.ceil(all.length / wide) }, (_, row) => all.slice(row * wide, (row + 1) * wide));
  });
}

function step(key) {
  const all = options(list), here = chosen();
  if (!here) return key === "ArrowDown" && all.length ? show(all[0]) : undefined;
  if (key === "ArrowRight" || key === "ArrowLeft") {
    const ahead = (getComputedStyle(list).direction === "rtl") === (key === "ArrowLeft") ? 1 : -1;
    return show(all[(all.indexOf(here) + ahead + all.length) % all.length]);
  }
  const grid = rows(), row = grid.findIndex((each) => each.includes(here));
  const next = grid[row + (key === "ArrowDown" ? 1 : -1)];
  if (next) show(next[Math.min(grid[row].indexOf(here), next.length - 1)]);
}

function place() {
  const at = anchor.getBoundingClientRect(), under = innerHeight - at.bottom, isUnder = under >= Math.min(at.top, ROOM);
  dialog.style.setProperty("--room", `${Math.min(ROOM, (isUnder ? under : at.top) - GAP - EDGE)}px`);
  const { offsetWidth: width, offsetHeight: height } = dialog;
  dialog.style.setProperty("--x", `${Math.max(EDGE, Math.min(at.left, document.documentElement.clientWidth - width - EDGE))}px`);
  dialog.style.setProperty("--y", `${isUnder ? at.bottom + GAP : at.top - GAP - height}px`);
}

function end(emoji) {
  answer?.(emoji);
  answer = null;
  if (dialog.open) dialog.close();
}

function choose(one) {
  remember(one.textContent);
  end(one.textContent);
}

// Resolves with the chosen emoji, or null when nothing was chosen; the focus is back at the anchor by then.
export async function open(beside) {
  known = await load();
  anchor = beside;
  search.value = "";
  tones.value = TONES.indexOf(tone());
  drawGroups();
  dialog.showModal();
  draw();
  place();
  (matchMedia("(pointer: coarse)").matches ? list : search).focus();
  const emoji = await new Promise((resolve) => { answer = resolve; });
  anchor.focus();
  return emoji;
}

dialog.addEventListener("close", () => end(null));
dialog.addEventListener("input", (event) => { if (event.target === search) draw(); });
tones.addEventListener("change", () => { setTone(tones.value); draw(); drawGroups(); });
dialog.addEventListener("click", (event) => {
  const { target } = event;
  if (target === dialog) return dialog.close();
  if (target.matches("[role=option]")) return choose(target);
  const group = target.closest("[data-group]")?.dataset.group;
  if (!group) return;
  if (search.value) { search.value = ""; draw(); }
  document.getElementById(group).scrollIntoView({ block: "start" });
  show(document.getElementById(`${group}-0`));
});
dialog.addEventListener("keydown", (event) => {
  if (event.isComposing || ![search, list].includes(event.target)) return;
  const here = chosen();
  if (event.key === "Enter") { if (here) choose(here); }
  else if (event.key === "ArrowDown" || event.key === "ArrowUp" || (here && ["ArrowLeft", "ArrowRight"].includes(event.key))) step(event.key);
  else return;
  event.preventDefault();
});
dialog.addEventListener("mouseover", (event) => { if (event.target.matches("[role=option]")) name.textContent = event.target.title; });
addEventListener("resize", () => { if (dialog.open) place(); });
addEventListener("scroll", () => { if (dialog.open) place(); }, { passive: true });
