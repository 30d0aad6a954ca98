// The org chart as a tree for the keyboard (ARIA tree pattern). Without this file it is a nested list of links.
// Expanders load what is below; here they open, close, and follow the arrow keys.
const nodes = (tree) => [...tree.querySelectorAll(".node")].filter((node) => !node.closest("ul[hidden]"));
const item = (node) => node.parentElement;
const branch = (node) => item(node).querySelector(":scope > ul");
const expander = (node) => item(node).querySelector(":scope > a.more[hx-get]");
const parent = (node) => item(node).parentElement.closest("li")?.querySelector(":scope > .node");
let waitsFor = null;

function toggler(node, list) {
  const icon = document.querySelector("#org-collapse-icon");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "more", tabIndex: -1 });
  button.setAttribute("aria-hidden", "true");
  if (icon) button.append(icon.content.cloneNode(true));
  button.addEventListener("click", () => open(node, list.hidden));
  node.after(button);
}

function open(node, on) {
  branch(node).hidden = !on;
  node.setAttribute("aria-expanded", String(on));
}

function decorate(tree) {
  tree.setAttribute("role", "tree");
  for (const entry of tree.querySelectorAll("li")) entry.setAttribute("role", "none");
  for (const node of tree.querySelectorAll(".node")) {
    const siblings = [...item(node).parentElement.children];
    const list = branch(node), more = item(node).querySelector(":scope > a.more");
    node.setAttribute("role", "treeitem");
    node.setAttribute("aria-level", String(level(node)));
    node.setAttribute("aria-posinset", String(siblings.indexOf(item(node)) + 1));
    node.setAttribute("aria-setsize", String(siblings.length));
    node.removeAttribute("aria-expanded");
    if (more) { more.tabIndex = -1; more.setAttribute("aria-hidden", "true"); }
    if (expander(node)) node.setAttribute("aria-expanded", "false");
    if (!list) continue;
    list.setAttribute("role", "group");
    list.id ||= `org-${Math.random().toString(36).slice(2)}`;
    node.setAttribute("aria-owns", list.id);
    node.setAttribute("aria-expanded", String(!list.hidden));
    if (tree.dataset.org === "opens" && !item(node).querySelector(":scope > button.more")) toggler(node, list);
  }
  rove(tree, tree.querySelector(".node[tabindex='0']") || tree.querySelector(".node[aria-current]") || tree.querySelector(".node"));
}

// A broad chart begins in its middle, or at the person it is about.
function centre(tree) {
  const about = tree.querySelector(".node[aria-current]") || tree.querySelector(".node");
  if (!about || tree.scrollWidth <= tree.clientWidth) return;
  const at = about.getBoundingClientRect(), frame = tree.getBoundingClientRect();
  tree.scrollLeft += at.left + at.width / 2 - (frame.left + frame.width / 2);
}

function level(node) {
  let deep = 1;
  for (let above = parent(node); above; above = parent(above)) deep++;
  return deep;
}

function rove(tree, to) {
  for (const node of tree.querySelectorAll(".node")) node.tabIndex = node === to ? 0 : -1;
}

function move(tree, to) {
  if (!to) return;
  rove(tree, to);
  to.focus();
}

function right(tree, node) {
  const more = expander(node), list = branch(node);
  if (more) { waitsFor = node; more.click(); }
  else if (list?.hidden) open(node, true);
  else if (list) move(tree, list.querySelector(".node"));
}

function left(tree, node) {
  const list = branch(node);
  if (list && !list.hidden) open(node, false);
  else move(tree, parent(node));
}

const KEYS = {
  ArrowDown: (tree, node, all) => move(tree, all[all.indexOf(node) + 1]),
  ArrowUp: (tree, node, all) => move(tree, all[all.indexOf(node) - 1]),
  ArrowRight: right,
  ArrowLeft: left,
  Home: (tree, _node, all) => move(tree, all[0]),
  End: (tree, _node, all) => move(tree, all.at(-1)),
};

document.addEventListener("keydown", (event) => {
  const node = event.target.closest?.("[data-org] .node");
  if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
  const tree = node.closest("[data-org]");
  if (event.key === " ") { event.preventDefault(); return node.click(); }
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act(tree, node, nodes(tree));
});
document.addEventListener("focusin", (event) => {
  const node = event.target.closest?.("[data-org] .node");
  if (node) rove(node.closest("[data-org]"), node);
});

function all() {
  for (const tree of document.querySelectorAll("[data-org]")) {
    const isNew = !tree.hasAttribute("role");
    decorate(tree);
    if (isNew) centre(tree);
  }
  if (waitsFor?.isConnected && branch(waitsFor)) { waitsFor.focus(); waitsFor = null; }
}

document.addEventListener("htmx:after:swap", all);
all();
