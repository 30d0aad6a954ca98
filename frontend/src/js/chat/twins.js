// A message that stands both in the log and in the thread beside it: the ids of the log's copy differ while it does.
const MARK = "-log";
const named = (article) => [article, ...article.querySelectorAll("[id], [aria-labelledby]")];

function rename(article, change) {
  for (const element of named(article))
    for (const name of ["id", "aria-labelledby"])
      if (element.hasAttribute(name)) element.setAttribute(name, element.getAttribute(name).split(" ").map(change).join(" "));
}

export const twin = (article) => rename(article, (id) => (id.endsWith(MARK) ? id : id + MARK));
export const alone = (article) => rename(article, (id) => (id.endsWith(MARK) ? id.slice(0, -MARK.length) : id));

// Every copy in the log has ids that nothing in the thread has.
export function settleTwins() {
  const beside = new Set([...document.querySelectorAll("#thread .msg[data-entry]")].map((each) => each.dataset.entry));
  for (const article of document.querySelectorAll("#log .msg[data-entry]")) {
    const isTwin = beside.has(article.dataset.entry);
    if (isTwin !== article.id.endsWith(MARK)) (isTwin ? twin : alone)(article);
  }
}
