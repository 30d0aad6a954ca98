// What is urgent asks those whom it names, and nobody else: the button is there for everyone, shown to them.
import { mine } from "../mine.js";
import { everywhere } from "../ready.js";

everywhere((piece) => {
  const me = String(mine().person_id);
  for (const each of piece.querySelectorAll("[data-asked]"))
    each.querySelector("form")?.toggleAttribute("hidden", !each.dataset.asked.split(" ").includes(me));
});
