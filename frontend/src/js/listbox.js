// Choosing from a list with the keyboard while the focus stays in the text field (ARIA combobox).
export function options(list) {
  return [...list.querySelectorAll('[role="option"]')];
}

export function move(field, list, by) {
  const all = options(list);
  if (!all.length) return;
  const here = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  select(field, all, (here + by + all.length + (here < 0 && by < 0 ? 1 : 0)) % all.length);
}

export function select(field, all, place) {
  all.forEach((option, index) => option.setAttribute("aria-selected", String(index === place)));
  field.setAttribute("aria-activedescendant", all[place]?.id || "");
  all[place]?.scrollIntoView({ block: "nearest" });
}

export const chosen = (list) => list.querySelector('[aria-selected="true"]');

export function close(field, list) {
  list.replaceChildren();
  if (field.getAttribute("role") === "combobox") field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}
