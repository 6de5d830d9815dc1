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
  e: () => ((inside("details").open = true), inside("select").focus()),
  d: () => (inside('input[name="because"]').value ? inside('button[value="reject"]').click() : inside('input[name="because"]').focus()),
};

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
  if (!keys[event.key] || !doubts.length) return;
  event.preventDefault();
  keys[event.key]();
});
if (location.hash && doubts.length) show(at);
