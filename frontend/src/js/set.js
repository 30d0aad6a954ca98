// The company's own set: how it will look, while an admin types or chooses it.
const GRAPHEMES = "Segmenter" in Intl ? new Intl.Segmenter() : null;
const isEmoji = (piece) => /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(piece);

function draw(field) {
  const pieces = GRAPHEMES ? [...GRAPHEMES.segment(field.value)].map((each) => each.segment) : field.value.split(/\s+/);
  const shown = [...new Set(pieces.filter(isEmoji))];
  document.getElementById(field.dataset.emojiPreview).replaceChildren(...shown.map((emoji) => Object.assign(document.createElement("span"), { textContent: emoji })));
}

document.addEventListener("input", (event) => { if (event.target.matches?.("[data-emoji-preview]")) draw(event.target); });
document.addEventListener("reset", (event) => {
  const field = event.target.querySelector?.("[data-emoji-preview]");
  if (field) setTimeout(() => draw(field));
});
