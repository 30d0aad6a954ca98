// Preview: the server's own words for what is typed, in the place of the field until one writes on.
const BUTTON = "[formaction='/preview'], [data-previews]";
const fieldOf = (form) => form.querySelector("textarea[data-markdown]");

async function rendered(form, field) {
  const said = new FormData();
  said.set("body", field.value);
  if (form.elements.room) said.set("room", form.elements.room.value);
  said.set("csrf_token", form.elements.csrf_token.value);
  const answer = await fetch(field.dataset.markdown, { method: "POST", body: said, headers: { "HX-Request": "true" } });
  if (!answer.ok && answer.status !== 422) throw new Error(`preview: ${answer.status}`);
  return answer.text();
}

async function show(form, button) {
  const field = fieldOf(form);
  form.querySelector(".preview")?.remove();
  const panel = Object.assign(document.createElement("div"), { className: "preview", tabIndex: 0 });
  panel.setAttribute("role", "region");
  panel.setAttribute("aria-label", button.textContent.trim() || button.getAttribute("aria-label"));
  panel.innerHTML = await rendered(form, field);
  field.before(panel);
  field.hidden = true;
  form.classList.add("previews");
  button.setAttribute("aria-pressed", "true");
}

function write(form) {
  form.querySelector(".preview")?.remove();
  form.querySelector(BUTTON)?.setAttribute("aria-pressed", "false");
  form.classList.remove("previews");
  fieldOf(form).hidden = false;
}

const tell = () => document.dispatchEvent(new CustomEvent("notsent"));
const isShown = (form) => form?.classList?.contains("previews");

document.addEventListener("click", (event) => {
  const button = event.target.closest?.(BUTTON);
  if (!button) return;
  event.preventDefault();
  const { form } = button;
  if (!isShown(form)) return show(form, button).catch(tell);
  write(form);
  fieldOf(form).focus();
});
// In another room others may be mentioned.
document.addEventListener("change", ({ target }) => {
  if (target.name === "room" && isShown(target.form)) show(target.form, target.form.querySelector(BUTTON)).catch(tell);
});
document.addEventListener("reset", ({ target }) => { if (isShown(target)) write(target); });
