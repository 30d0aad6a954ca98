// "I have read it" is believed at once: the announcement steps back, and comes forward again when it was not heard.
document.addEventListener("htmx:before:request", (event) => {
  event.target.closest?.("form[data-reads]")?.closest(".announcement")?.classList.add("leaving");
});
document.addEventListener("htmx:finally:request", (event) => {
  event.target.closest?.("form[data-reads]")?.closest(".announcement")?.classList.remove("leaving");
});
