// Makes the pages quicker and prettier; every page answers without it.
const root = document.documentElement;
root.classList.add("js");
