// The network as a picture that can be moved, on demand: the server's drawing stays until it is asked for.
import { apart } from "./apart.js";

const SHEET = "__________cytoscape_stylesheet";
const NAME = 150; // pixels that a name may be wide, the room between two of them, and that to the frame
const GAP = 6;
const EDGE = 8;

export function offer(figure, words) {
  let table = figure.nextElementSibling;
  while (table && table.tagName !== "DETAILS") table = table.nextElementSibling;
  const rows = [...(table?.querySelectorAll("tbody tr") ?? [])];
  if (!rows.length) return;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: words.move });
  button.addEventListener("click", async () => {
    button.disabled = true;
    const { default: cytoscape } = await import("cytoscape");
    const names = new Set();
    const edges = rows.map((row) => {
      const [source, target, label, weight] = [...row.cells].map((cell) => cell.textContent.trim());
      names.add(source).add(target);
      return { data: { source, target, label, weight: Number.parseFloat(weight) || 1 } };
    });
    const place = Object.assign(document.createElement("div"), { className: "cy" });
    figure.querySelectorAll(".wide-only, .narrow-only").forEach((old) => old.remove());
    figure.querySelector("figcaption").after(place);
    // It writes a style element unless one of this name is there; ours stands in the style sheet, and inline style is refused.
    if (!document.getElementById(SHEET)) document.head.append(Object.assign(document.createElement("meta"), { id: SHEET }));
    const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    place.style.height = "32rem";
    const drawn = cytoscape({
      container: place,
      elements: [...[...names].map((id) => ({ data: { id } })), ...edges],
      minZoom: 0.3,
      maxZoom: 3,
      style: [
        { selector: "node", style: { label: "data(id)", "background-color": colour("--c1"), color: colour("--ink"), "font-size": 12, "text-wrap": "wrap", "text-overflow-wrap": "anywhere", "text-max-width": NAME, "text-background-color": colour("--paper"), "text-background-opacity": 0.8, width: 14, height: 14, "text-valign": "bottom", "text-margin-y": 4, "font-family": getComputedStyle(document.body).fontFamily } },
        { selector: "edge", style: { width: "mapData(weight, 1, 10, 1.5, 6)", "line-color": colour("--c1"), "line-opacity": 0.5, "target-arrow-color": colour("--c1"), "target-arrow-shape": "mutual" in figure.dataset ? "none" : "triangle", "curve-style": "bezier" } },
        { selector: "edge:selected, edge:active", style: { label: "data(label)", "font-size": 11, color: colour("--ink"), "line-color": colour("--seal"), "target-arrow-color": colour("--seal") } },
      ],
      layout: { name: "cose", animate: false, randomize: false, nodeRepulsion: () => 40000, idealEdgeLength: () => 60, componentSpacing: 24, nodeDimensionsIncludeLabels: true, padding: 12 },
    });
    // Names stay as large as the page's and cover none of each other; the picture grows as tall as that needs.
    const around = drawn.nodes().boundingBox({ includeLabels: false });
    const wide = place.clientWidth - 2 * EDGE;
    const scale = wide / Math.max(around.w, 1);
    const boxes = drawn.nodes().map((node) => {
      const box = node.boundingBox();
      return { node, x: (node.position("x") - around.x1) * scale, y: (node.position("y") - around.y1) * Math.min(scale, 1), w: box.w + GAP, h: box.h + GAP };
    });
    place.style.height = `${Math.ceil(apart(boxes, wide) + 2 * EDGE)}px`;
    drawn.resize();
    for (const { node, x, y, h } of boxes) node.position({ x: x + EDGE, y: y - h / 2 + GAP / 2 + 7 + EDGE });
    drawn.viewport({ zoom: 1, pan: { x: 0, y: 0 } });
    button.remove();
  });
  figure.append(button);
}
