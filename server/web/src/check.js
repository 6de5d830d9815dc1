// 校核 by keyboard: j and k go, a accepts, e opens the change, d asks for the reason and then rejects.
const doubts = [...document.querySelectorAll(".doubt")];
document.querySelector(".keys")?.removeAttribute("hidden");
let at = Math.max(0, doubts.findIndex((doubt) => `#${doubt.id}` === location.hash));

function show(next) {
  at = Math.min(Math.max(next, 0), doubts.length - 1);
  doubts[at]?.focus();
  doubts[at]?.scrollIntoView({ block: "nearest" });
}

const inside = (selector) => doubts[at].querySelector(selector);
const keys = {
  j: () => show(at + 1),
  k: () => show(at - 1),
  a: () => inside('button[value="accept"]').click(),
  e: () => inside("details") && ((inside("details").open = true), inside("details select, details input").focus()),
  d: () => (inside('input[name="because"]').value ? inside('button[value="reject"]').click() : inside('input[name="because"]').focus()),
};

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
  if (!keys[event.key] || !doubts.length) return;
  event.preventDefault();
  keys[event.key]();
});
document.getElementById("done")?.focus();
if (doubts.length && !document.getElementById("done")) show(location.hash ? at : Math.max(0, doubts.findIndex((doubt) => !doubt.classList.contains("decided"))));

// Only accepting needs no reason. Enter never accepts: in the reason it rejects, or keeps the change that is open.
for (const form of document.querySelectorAll(".doubt form")) {
  const button = (verdict) => form.querySelector(`button[value="${verdict}"]`);
  for (const one of form.querySelectorAll("button")) one.addEventListener("click", () => (form.elements.because.required = one.value !== "accept"));
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input, select")) return;
    event.preventDefault();
    button(form.querySelector("details")?.open ? "change" : "reject").click();
  });
}

// How much of the reports has been sent.
const upload = document.querySelector("form[data-upload]");
upload?.addEventListener("submit", (event) => {
  event.preventDefault();
  const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0, ariaLabel: upload.querySelector("button").textContent });
  upload.append(bar);
  const sent = new XMLHttpRequest();
  sent.upload.addEventListener("progress", (one) => (bar.value = one.loaded / one.total));
  sent.addEventListener("load", () => {
    if (sent.status < 400) return location.assign("/check?sent#build");
    document.open();
    document.write(sent.responseText);
    document.close();
  });
  sent.addEventListener("error", () => upload.submit());
  sent.open("POST", upload.action);
  sent.setRequestHeader("Accept", "text/html");
  sent.send(new FormData(upload));
});
