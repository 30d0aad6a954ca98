// The pictures of one post, one at a time: arrows, buttons or a swipe go on, Escape closes and gives the focus back.
const SWIPE = 50;
const dialog = document.getElementById("gallery");
const [picture, caption, counter, previous, next] = ["img", "figcaption", ".counter", ".previous", ".next"].map((each) => dialog.querySelector(each));
let links = [], at = 0, began = null, opener;

const wrapped = (place) => (place + links.length) % links.length;

function show(place) {
  at = wrapped(place);
  const words = links[at].querySelector("img").alt;
  picture.src = links[at].href;
  picture.alt = words;
  caption.textContent = words;
  counter.textContent = counter.dataset.words.replace("{n}", at + 1).replace("{all}", links.length);
  if (links.length > 1) new Image().src = links[wrapped(at + 1)].href;
}

export function open(link) {
  opener = link;
  links = [...link.closest("[data-gallery]").querySelectorAll("a")];
  for (const each of [previous, next, counter]) each.hidden = links.length < 2;
  show(links.indexOf(link));
  dialog.showModal();
}

const step = (by) => { if (links.length > 1) show(at + by); };

dialog.addEventListener("close", () => {
  picture.removeAttribute("src");
  opener.focus();
});
dialog.addEventListener("click", ({ target }) => {
  if (target.closest(".previous")) step(-1);
  else if (target.closest(".next")) step(1);
  else if (target === dialog || target.matches("figure")) dialog.close();
});
dialog.addEventListener("keydown", (event) => {
  const ahead = getComputedStyle(dialog).direction === "rtl" ? -1 : 1;
  const by = { ArrowRight: ahead, ArrowLeft: -ahead, Home: -at, End: links.length - 1 - at }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  step(by);
});
// One finger across goes on; two fingers, and one that moves up or down, are left to the browser.
dialog.addEventListener("touchstart", ({ touches }) => { began = touches.length === 1 && visualViewport.scale === 1 ? touches[0] : null; }, { passive: true });
dialog.addEventListener("touchend", ({ changedTouches: [ended] }) => {
  if (!began) return;
  const [x, y] = [ended.clientX - began.clientX, ended.clientY - began.clientY];
  if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) step(x < 0 ? 1 : -1);
}, { passive: true });
