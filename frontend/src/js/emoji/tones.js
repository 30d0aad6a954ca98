// The chosen skin tone, and what was chosen lately: kept in this browser.
export const TONES = ["", "\u{1f3fb}", "\u{1f3fc}", "\u{1f3fd}", "\u{1f3fe}", "\u{1f3ff}"];
const TONE = "emoji-tone", LATELY = "emoji-lately", MOST = 16;

export const tone = () => TONES[localStorage.getItem(TONE)] || "";
export const setTone = (place) => localStorage.setItem(TONE, place);

export function tinted({ emoji, tones }) {
  if (!tones || !tone()) return emoji;
  if (tones === 2) return emoji.replace(/[\u{1f468}\u{1f469}\u{1f9d1}]/gu, `$&${tone()}`);
  const [head, ...rest] = emoji;
  return head + tone() + rest.join("").replace(/^\ufe0f/, "");
}

export function lately() {
  try {
    const kept = JSON.parse(localStorage.getItem(LATELY));
    return Array.isArray(kept) ? kept.filter((each) => typeof each === "string").slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export function remember(emoji) {
  localStorage.setItem(LATELY, JSON.stringify([emoji, ...lately().filter((each) => each !== emoji)].slice(0, MOST)));
}
