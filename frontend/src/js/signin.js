// Signed out while typing: the sign-in comes over the page, and what was typed is sent again.
let again = null;

document.addEventListener("htmx:before:response", async (event) => {
  if (event.detail.ctx?.response?.status !== 401 || event.target.closest?.("#signin-dialog")) return;
  event.preventDefault();
  again = event.target.closest("form");
  const dialog = document.getElementById("signin-dialog");
  const answer = await fetch("/login?dialog=1");
  dialog.innerHTML = await answer.text();
  dialog.showModal();
});

document.addEventListener("submit", async (event) => {
  const dialog = event.target.closest("#signin-dialog");
  if (!dialog) return;
  event.preventDefault();
  const answer = await fetch(event.target.getAttribute("action"), { method: "POST", body: new FormData(event.target), headers: { "HX-Request": "true" } });
  if (answer.status !== 204) {
    dialog.innerHTML = await answer.text();
    dialog.querySelector("[autofocus]")?.focus();
    return;
  }
  const fresh = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  document.body.setAttribute("hx-headers:inherited", fresh.body.getAttribute("hx-headers:inherited"));
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = fresh.querySelector("input[name=csrf_token]")?.value || "";
  dialog.close();
  again?.requestSubmit();
  again = null;
});
