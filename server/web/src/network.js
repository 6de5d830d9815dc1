// The network as a picture that can be moved, on demand: the server's drawing stays until it is asked for.
const SHEET = "__________cytoscape_stylesheet";

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
    place.style.height = `${Math.min(32 + names.size / 3, 60)}rem`;
    const drawn = cytoscape({
      container: place,
      elements: [...[...names].map((id) => ({ data: { id } })), ...edges],
      minZoom: 0.3,
      maxZoom: 3,
      style: [
        { selector: "node", style: { label: "data(id)", "background-color": colour("--c1"), color: colour("--ink"), "font-size": 12, "text-wrap": "ellipsis", "text-max-width": 150, width: 14, height: 14, "text-valign": "bottom", "text-margin-y": 4, "font-family": getComputedStyle(document.body).fontFamily } },
        { selector: "edge", style: { width: "mapData(weight, 1, 10, 1.5, 6)", "line-color": colour("--c1"), "line-opacity": 0.5, "target-arrow-color": colour("--c1"), "target-arrow-shape": "mutual" in figure.dataset ? "none" : "triangle", "curve-style": "bezier" } },
        { selector: "edge:selected, edge:active", style: { label: "data(label)", "font-size": 11, color: colour("--ink"), "line-color": colour("--seal"), "target-arrow-color": colour("--seal") } },
      ],
      layout: { name: "cose", animate: false, randomize: false, nodeRepulsion: () => 40000, idealEdgeLength: () => 60, componentSpacing: 24, nodeDimensionsIncludeLabels: true, padding: 12 },
    });
    // Where many fit in only when they are small, their names do not shrink with them.
    const size = Math.min(12 / Math.min(drawn.zoom(), 1), 22);
    drawn.nodes().style({ "font-size": size, "text-max-width": 10 * size });
    button.remove();
  });
  figure.append(button);
}
