// A press on a picture of a post opens them all over the page. With a modifier key, the link does what links do.
import { isPlain } from "../plain.js";

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("[data-gallery] a");
  if (!link || !isPlain(event)) return;
  event.preventDefault();
  try {
    (await import("./gallery.js")).open(link);
  } catch {
    location.assign(link.href);
  }
});
