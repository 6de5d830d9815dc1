// Makes the pages quicker and prettier; every page answers without it.
const words = JSON.parse(document.getElementById("page-words")?.textContent ?? "{}");

const slots = document.querySelectorAll(".sentence [data-type], .filters [data-type]");
const networks = document.querySelectorAll("[data-network]");
const parts = [];
if (slots.length) parts.push(import("./slots.js").then((part) => slots.forEach((slot) => part.enhance(slot, words))));
if (networks.length) parts.push(import("./network.js").then((part) => networks.forEach((figure) => part.offer(figure, words))));
Promise.allSettled(parts).then(() => (document.documentElement.dataset.ready = "yes"));

// The words of a first free question take the server a second to load: it may begin while they are typed.
const box = document.getElementById("q");
box?.addEventListener("focus", () => fetch(`/api/v1/ask?${new URLSearchParams({ q: box.placeholder })}`).catch(() => {}), { once: true });

// A citation names the day on which it is taken, also on a page that was kept since yesterday.
const today = new Intl.DateTimeFormat("sv-SE").format(new Date());
for (const element of document.querySelectorAll("[data-cited]")) {
  const day = element.dataset.cited;
  element.textContent = element.textContent.replaceAll(`[${day}]`, `[${today}]`).replaceAll(`urldate = {${day}}`, `urldate = {${today}}`);
}

// Citations, links and queries can be taken with one click.
for (const element of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: words.copy });
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(element.textContent.trim());
    button.textContent = words.copied;
    setTimeout(() => (button.textContent = words.copy), 1500);
  });
  element.after(button);
}

// A chart can be kept as a picture, with its title, source and release inside.
for (const figure of document.querySelectorAll(".plot:not(.model)")) {
  const save = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: words.picture });
  save.addEventListener("click", () => import("./picture.js").then((part) => part.save(figure, words)));
  figure.append(save);
}

// Sorting a table that is on the page whole.
for (const table of document.querySelectorAll("table[data-sort]")) {
  table.querySelectorAll("thead th").forEach((head, column) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "sort", textContent: head.textContent });
    button.addEventListener("click", () => sort(table, head, column));
    head.replaceChildren(button);
  });
}

function sort(table, head, column) {
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = table.tBodies[0];
  const key = (row) => row.cells[column].querySelector("abbr")?.title ?? row.cells[column].textContent.trim();
  const number = (text) => Number.parseFloat(text.replace(/,/g, ""));
  const rows = [...body.rows].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    const both = /^-?[\d.,]+/.test(x) && /^-?[\d.,]+/.test(y);
    return both ? number(x) - number(y) : x.localeCompare(y, "zh-CN");
  });
  if (down) rows.reverse();
  for (const row of rows) row.classList.add("sorted");
  body.replaceChildren(...rows);
}

// A file that is made on demand says so while it is made; the browser shows nothing before its first byte.
for (const link of document.querySelectorAll('a[download], a[href^="/data/tables/"], a[href^="/data/fazhi."]')) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || link.ariaBusy === "true") return;
    event.preventDefault();
    import("./take.js").then((part) => part.take(link, words));
  });
}

// A form that takes a while says so, and is sent once.
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", () => {
    form.setAttribute("aria-busy", "true");
    for (const field of form.querySelectorAll("select, input")) if (field.value === "" || field.value === "any") field.disabled = field.type !== "search";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) {
    form.removeAttribute("aria-busy");
    for (const field of form.querySelectorAll(":disabled")) field.disabled = false;
  }
});

