// Fragments are the same for everyone; what is the viewer's own is put on here, from ids in the page.
import { everywhere } from "./ready.js";

export function mine() {
  const said = document.getElementById("mine");
  return said ? JSON.parse(said.textContent) : { person_id: 0, rooms_kept: [], reactions: {}, is_admin: false };
}

function own(entry, facts) {
  entry.classList.toggle("is-mine", Number(entry.dataset.author) === facts.person_id);
  entry.classList.toggle("is-kept", facts.rooms_kept.includes(Number(entry.dataset.room)));
  const given = facts.reactions[entry.dataset.entry] || [];
  for (const button of entry.querySelectorAll(".react[data-emoji]"))
    if (button.closest("[data-entry]") === entry) button.setAttribute("aria-pressed", String(given.includes(button.dataset.emoji)));
}

export function remember(entryId, emoji, on) {
  const facts = mine();
  const given = new Set(facts.reactions[entryId] || []);
  if (on) given.add(emoji);
  else given.delete(emoji);
  facts.reactions[entryId] = [...given];
  document.getElementById("mine").textContent = JSON.stringify(facts);
}

// What is fetched later brings the viewer's reactions to it along.
function takeIn(piece) {
  for (const more of piece.querySelectorAll("script.mine-too")) {
    const facts = mine();
    Object.assign(facts.reactions, JSON.parse(more.textContent).reactions);
    document.getElementById("mine").textContent = JSON.stringify(facts);
    more.remove();
  }
}

const token = () => JSON.parse(document.body.getAttribute("hx-headers:inherited") || "{}")["X-CSRFToken"] || "";

everywhere((piece) => {
  for (const field of piece.querySelectorAll("input[name=csrf_token][value='']")) field.setAttribute("value", token());
  takeIn(piece);
  const facts = mine();
  const entries = [...piece.querySelectorAll("[data-entry]")];
  if (piece.matches?.("[data-entry]")) entries.push(piece);
  for (const entry of entries) own(entry, facts);
});
