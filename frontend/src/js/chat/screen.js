// Phones: while the on-screen keyboard is open the tabs make room for what is written.
const LEAST_PX = 150;
const seen = window.visualViewport;

function fit() {
  const isOpen = innerHeight - seen.height > LEAST_PX;
  document.documentElement.classList.toggle("keyboard", isOpen);
  document.documentElement.style.setProperty("--seen", `${Math.round(seen.height)}px`);
  if (isOpen && document.querySelector(".chat-page")) scrollTo(0, 0);
}

if (seen && matchMedia("(pointer: coarse)").matches) for (const name of ["resize", "scroll"]) seen.addEventListener(name, fit);
