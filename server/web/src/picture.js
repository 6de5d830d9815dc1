// A chart as PNG: the SVG with its colours made fixed, its title above, source and release below.
const SCALE = 2;

export async function save(figure, words) {
  const source = [...figure.querySelectorAll("svg.chart")].find((svg) => svg.getBoundingClientRect().width > 0);
  const svg = source.cloneNode(true);
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  fix(source, svg);
  const title = figure.querySelector("figcaption").textContent.replace(/\s+/g, " ").trim();
  const foot = [document.querySelector(".foot p")?.textContent.replace(/\s+/g, " ").trim(), location.href].join(" · ");
  const text = new XMLSerializer().serializeToString(svg);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: (width + 48) * SCALE, height: (height + 96) * SCALE });
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(document.body);
  pen.scale(SCALE, SCALE);
  pen.fillStyle = style.backgroundColor;
  pen.fillRect(0, 0, width + 48, height + 96);
  pen.fillStyle = style.color;
  pen.font = `600 16px ${style.fontFamily}`;
  pen.fillText(title, 24, 34, width);
  pen.drawImage(image, 24, 52, width, height);
  pen.font = `11px ${style.fontFamily}`;
  pen.fillText(decodeURI(foot), 24, height + 82, width);
  const link = Object.assign(document.createElement("a"), { href: canvas.toDataURL("image/png"), download: `${title}.png` });
  link.click();
}

function fix(from, to) {
  const [a, b] = [from.querySelectorAll("*"), to.querySelectorAll("*")];
  a.forEach((element, at) => {
    const style = getComputedStyle(element);
    for (const name of ["fill", "stroke", "stroke-width", "paint-order", "opacity", "font-size", "font-family"]) b[at].setAttribute(name, style.getPropertyValue(name));
  });
}
