// To whom one writes: each chosen person becomes a small mark that can be taken out again.

const boxOf = (field) => field.closest("[data-tokens]");
const tokensOf = (box) => [...box.querySelectorAll(".token")];

function draw(box, { username, name }) {
  const made = document.getElementById("token").content.firstElementChild.cloneNode(true);
  made.querySelector(".label").textContent = name;
  made.querySelector("input").value = username;
  const button = made.querySelector("button");
  button.setAttribute("aria-label", button.dataset.words.replace("{name}", name));
  box.querySelector(".tokens").append(made);
}

function settle(box) {
  const isFull = tokensOf(box).length >= Number(box.dataset.tokens), field = box.querySelector("[data-person-field]");
  field.disabled = isFull;
  if (!isFull) field.focus();
}

document.addEventListener("person", (event) => {
  const box = boxOf(event.target);
  if (!box) return;
  const { username, name } = event.detail;
  if (!tokensOf(box).some((each) => each.querySelector("input").value === username)) draw(box, { username, name });
  event.target.value = "";
  settle(box);
});
document.addEventListener("click", (event) => {
  const token = event.target.closest?.(".token button")?.closest(".token");
  if (!token) return;
  const box = boxOf(token);
  token.remove();
  settle(box);
});
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Backspace" || !field.matches?.("[data-tokens] [data-person-field]") || field.value) return;
  tokensOf(boxOf(field)).at(-1)?.remove();
});
