// Fragments are the same for everyone; what is the viewer's own is put on here, from ids in the page.
import { everywhere } from "./ready.js";

export function mine() {
  const said = document.getElementById("mine");
  return said ? JSON.parse(said.textContent) : { person_id: 0, rooms_kept: [], reactions: {}, saved: [], is_admin: false };
}

function keep(facts) {
  const place = document.getElementById("mine");
  if (place) place.textContent = JSON.stringify(facts);
}

function own(entry, facts) {
  entry.classList.toggle("is-mine", Number(entry.dataset.author) === facts.person_id);
  entry.classList.toggle("is-kept", facts.rooms_kept.includes(Number(entry.dataset.room)));
  const given = facts.reactions[entry.dataset.entry] || [];
  for (const button of entry.querySelectorAll(".react[data-emoji]"))
    if (button.closest("[data-entry]") === entry) button.setAttribute("aria-pressed", String(given.includes(button.dataset.emoji)));
  const save = entry.querySelector(".save");
  if (save?.closest("[data-entry]") === entry) save.setAttribute("aria-pressed", String(facts.saved.includes(Number(entry.dataset.entry))));
}

export function remember(entryId, emoji, on) {
  const facts = mine();
  const given = new Set(facts.reactions[entryId] || []);
  if (on) given.add(emoji);
  else given.delete(emoji);
  facts.reactions[entryId] = [...given];
  keep(facts);
}

export function rememberSaved(entryId, on) {
  const facts = mine();
  facts.saved = [...facts.saved.filter((each) => each !== entryId), ...(on ? [entryId] : [])];
  keep(facts);
}

// What is fetched later brings along what is the viewer's own of it.
function takeIn(piece) {
  for (const more of piece.querySelectorAll("script.mine-too")) {
    const facts = mine();
    const { reactions, saved } = JSON.parse(more.textContent);
    Object.assign(facts.reactions, reactions);
    facts.saved.push(...saved);
    keep(facts);
    more.remove();
  }
}

export const token = () => JSON.parse(document.body.getAttribute("hx-headers:inherited") || "{}")["X-CSRFToken"] || "";

everywhere((piece) => {
  for (const field of piece.querySelectorAll("input[name=csrf_token][value='']")) field.setAttribute("value", token());
  takeIn(piece);
  const facts = mine();
  const entries = [...piece.querySelectorAll("[data-entry]")];
  if (piece.matches?.("[data-entry]")) entries.push(piece);
  for (const entry of entries) own(entry, facts);
});
