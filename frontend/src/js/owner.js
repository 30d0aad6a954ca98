// What this browser keeps of somebody's words and files goes when they sign out, and when somebody else signs in.
import { dropAll } from "./kept-files.js";

const OWNER = "kept-for", LEFT = "nobody", WORDS = /^(draft|draft-key|outbox):/;
const me = document.getElementById("live")?.dataset.person;

function forget() {
  for (const name of Object.keys(localStorage)) if (WORDS.test(name)) localStorage.removeItem(name);
  dropAll();
}

// A page that is left may still have kept something after the press: the next one looks again.
const owner = localStorage.getItem(OWNER);
if (owner === LEFT || (me && owner && owner !== me)) forget();
if (me) localStorage.setItem(OWNER, me);

document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") !== "/logout") return;
  localStorage.setItem(OWNER, LEFT);
  forget();
});
