// What was said to the reader has a ground of its own: their name, or everyone's.
import { mine } from "../mine.js";
import { everywhere } from "../ready.js";

function isToMe(message, me) {
  if (message.dataset.author === String(me)) return false;
  return Boolean(message.querySelector(`:scope > .msg-words > .prose :is(a.mention[data-person="${me}"], strong.everyone)`));
}

everywhere((piece) => {
  const all = [...piece.querySelectorAll(".msg[data-entry]")];
  if (piece.matches?.(".msg[data-entry]")) all.push(piece);
  const me = all.length && mine().person_id;
  for (const message of all) message.classList.toggle("to-me", isToMe(message, me));
});
