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

everywhere((piece) => {
  takeIn(piece);
  const facts = mine();
  const entries = [...piece.querySelectorAll("[data-entry]")];
  if (piece.matches?.("[data-entry]")) entries.push(piece);
  for (const entry of entries) own(entry, facts);
});

function toggle(form, button, entry) {
  const on = button.getAttribute("aria-pressed") !== "true";
  const field = form.querySelector("[name=on]") || form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "on" }));
  field.value = on ? "1" : "0";
  remember(entry.dataset.entry, button.dataset.emoji, on);
  button.setAttribute("aria-pressed", String(on));
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  const entry = button?.closest("[data-entry]");
  if (button?.matches(".react[data-emoji]")) toggle(event.target, button, entry);
  else if (button?.closest(".emoji-row")) {
    remember(entry.dataset.entry, button.value, true);
    button.closest("details").open = false;
  }
}, true);
