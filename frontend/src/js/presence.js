// Who is here, painted onto every picture of a person: fragments are the same for everyone and say nothing of it.
import { holds } from "./live.js";
import { everywhere, refresh } from "./ready.js";

const states = new Map();
const channel = "BroadcastChannel" in window ? new BroadcastChannel("intranet-present") : null;
const place = () => document.getElementById("live");

function take({ here, away }) {
  states.clear();
  for (const id of away) states.set(id, "away");
  for (const id of here) states.set(id, "here");
}

const lists = () => {
  const of = (state) => [...states.keys()].filter((id) => states.get(id) === state);
  return { here: of("here"), away: of("away") };
};

export const stateOf = (id) => states.get(Number(id)) || "off";

function paint(picture) {
  const state = stateOf(picture.dataset.person);
  picture.classList.toggle("on", state === "here");
  picture.classList.toggle("away", state === "away");
  picture.classList.toggle("off", state === "off");
  if (picture.dataset.alone !== undefined) say(picture, state);
}

// Words for those who do not see the dot, once where a picture stands for somebody.
function say(picture, state) {
  let words = picture.nextElementSibling;
  if (!words?.matches(".presence-words")) {
    words = Object.assign(document.createElement("span"), { className: "vh presence-words" });
    picture.after(words);
  }
  const text = state === "off" ? "" : ` ${place()?.dataset[state] || ""} `;
  if (words.textContent !== text) words.textContent = text;
}

// A line that says it for everyone, as on a profile.
function spell(line) {
  const state = stateOf(line.dataset.spells);
  line.hidden = state === "off";
  line.classList.toggle("ok", state === "here");
  line.querySelector(".words").textContent = state === "off" ? "" : place()?.dataset[state] || "";
}

function all(piece, selector, apply) {
  if (piece.matches?.(selector)) apply(piece);
  for (const each of piece.querySelectorAll(selector)) apply(each);
}

const known = document.getElementById("present");
if (known) take(JSON.parse(known.textContent));
everywhere((piece) => {
  all(piece, ".av[data-person]", paint);
  all(piece, "[data-spells]", spell);
});

document.addEventListener("live", ({ detail: { name, said } }) => {
  if (name === "present") {
    take(said);
    refresh(document);
  } else if (name === "presence") {
    if (said.state === "off") states.delete(said.person_id);
    else states.set(said.person_id, said.state);
    all(document, `.av[data-person="${said.person_id}"]`, paint);
    all(document, `[data-spells="${said.person_id}"]`, spell);
  }
});

// What a page began with may be older than what the tab with the stream has heard since.
channel?.addEventListener("message", ({ data }) => {
  if (data !== "who") {
    take(data);
    refresh(document);
  } else if (holds()) channel.postMessage(lists());
});
channel?.postMessage("who");
