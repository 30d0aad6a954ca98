// What was said to the reader has a ground of its own: their name, or everyone's.
import { mine } from "../mine.js";
import { everywhere } from "../ready.js";

const EVERYONE = new Set(["@everyone", "@all", "@alle", "@tutti"]);

function isToMe(message, me) {
  if (message.dataset.author === String(me)) return false;
  const words = message.querySelector(".prose");
  return Boolean(words?.querySelector(`a.mention[data-person="${me}"]`)) || [...(words?.querySelectorAll("strong") || [])].some((each) => EVERYONE.has(each.textContent.toLowerCase()));
}

everywhere((piece) => {
  const all = [...piece.querySelectorAll(".msg[data-entry]")];
  if (piece.matches?.(".msg[data-entry]")) all.push(piece);
  const me = all.length && mine().person_id;
  for (const message of all) message.classList.toggle("to-me", isToMe(message, me));
});
