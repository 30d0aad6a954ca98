// What this machine can draw: one emoji speaks for all that came with it. Others would be empty boxes.
const WITNESSES = [[17, "\u{1faea}"], [16, "\u{1fae9}"], [15.1, "\u{1f426}\u200d\u{1f525}"], [15, "\u{1fae8}"], [14, "\u{1fae0}"], [13.1, "\u{1f636}\u200d\u{1f32b}\ufe0f"], [13, "\u{1f972}"]];
const OLD = 12, SIZE = 20, ORDINARY = "\u{1f600}";

// A picture has its own colours and the width of one; a box or two pictures side by side have not.
function isDrawn(pen, emoji) {
  const painted = (colour) => {
    pen.clearRect(0, 0, SIZE, SIZE);
    pen.fillStyle = colour;
    pen.fillText(emoji, 0, 0);
    return pen.getImageData(0, 0, SIZE, SIZE).data.join();
  };
  return pen.measureText(emoji).width < 1.5 * pen.measureText(ORDINARY).width && painted("#000") === painted("#fff");
}

export function newestDrawn() {
  const canvas = Object.assign(document.createElement("canvas"), { width: SIZE, height: SIZE });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) return Infinity;
  Object.assign(pen, { font: "16px sans-serif", textBaseline: "top" });
  return WITNESSES.find(([, emoji]) => isDrawn(pen, emoji))?.[0] ?? OLD;
}
