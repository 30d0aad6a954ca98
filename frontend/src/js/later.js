// The composer says who reads it and what its button does: both follow what is chosen.
function say(form) {
  const button = form.querySelector("button[data-later]"), moment = form.elements.publish_at;
  if (button && moment) button.textContent = moment.value ? button.dataset.later : button.dataset.now;
  const who = form.querySelector(".audience a"), room = form.elements.room;
  if (who && room?.value) who.href = `/rooms/${room.value}/audience`;
}

for (const name of ["input", "change"])
  document.addEventListener(name, (event) => { if (event.target.matches?.(".composer [name=publish_at], .composer [name=room]")) say(event.target.form); });
document.addEventListener("reset", (event) => {
  if (!event.target.matches(".composer")) return;
  event.target.querySelector("details.later")?.removeAttribute("open");
  setTimeout(() => say(event.target));
});
