// A press on a picture of a post opens them all over the page. With a modifier key, the link does what links do.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("[data-gallery] a");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  try {
    (await import("./gallery.js")).open(link);
  } catch {
    location.assign(link.href);
  }
});
