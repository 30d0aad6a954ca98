// A form with data-passkey is sent only once the browser has made or asked a passkey and put its answer into the form.
const { documentElement: root } = document;
if (globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) root.classList.add("passkeys");

async function question(form) {
  const answer = await fetch(form.dataset.question, { method: "POST", headers: { "X-CSRFToken": form.elements.csrf_token.value, "HX-Request": "true" } });
  if (!answer.ok) throw new Error(`the question was answered with ${answer.status}`);
  return answer.json();
}

async function answer(form) {
  if (form.dataset.passkey === "create") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await question(form));
    return navigator.credentials.create({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await question(form));
  return navigator.credentials.get({ publicKey });
}

// Before every other listener: the form is not ready to be sent yet.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-passkey]") || form.elements.credential.value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const failed = form.querySelector("[data-failed]"), button = form.querySelector("button:not([type=button])");
  failed.hidden = true;
  button.disabled = true;
  try {
    form.elements.credential.value = JSON.stringify((await answer(form)).toJSON());
  } catch (error) {
    if (error.name === "InvalidStateError" && failed.dataset.known) failed.querySelector("span").textContent = failed.dataset.known;
    failed.hidden = false;
  } finally {
    button.disabled = false;
  }
  if (form.elements.credential.value) form.requestSubmit(button);
  else button.focus();
}, true);

// A page that comes back from the browser's memory asks anew.
addEventListener("pageshow", () => { for (const field of document.querySelectorAll("form[data-passkey] [name=credential]")) field.value = ""; });
