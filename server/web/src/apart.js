// Boxes moved apart until none covers another. `boxes` have a centre (x, y), a width and a height; x stays within `wide`.
const PASSES = 60;

export function apart(boxes, wide) {
  const inside = (box) => (box.x = Math.min(Math.max(box.x, box.w / 2), Math.max(wide - box.w / 2, box.w / 2)));
  boxes.forEach(inside);
  for (let pass = 0; pass < PASSES; pass += 1) {
    let moved = false;
    boxes.forEach((a, at) => {
      for (const b of boxes.slice(at + 1)) {
        const x = (a.w + b.w) / 2 - Math.abs(a.x - b.x);
        const y = (a.h + b.h) / 2 - Math.abs(a.y - b.y);
        if (x <= 0 || y <= 0) continue;
        moved = true;
        const axis = x < y ? "x" : "y";
        const push = (Math.min(x, y) / 2) * (a[axis] < b[axis] ? -1 : 1);
        a[axis] += push;
        b[axis] -= push;
        inside(a);
        inside(b);
      }
    });
    if (!moved) break;
  }
  // Where they push each other round in circles, each goes down until it is below all that it would cover.
  const placed = [];
  for (const box of [...boxes].sort((a, b) => a.y - b.y)) {
    const near = placed.filter((other) => (box.w + other.w) / 2 - Math.abs(box.x - other.x) > 0);
    for (const other of near.sort((a, b) => a.y - b.y)) if (other.y + (other.h + box.h) / 2 > box.y && box.y + (other.h + box.h) / 2 > other.y) box.y = other.y + (other.h + box.h) / 2;
    placed.push(box);
  }
  const top = Math.min(...boxes.map((box) => box.y - box.h / 2));
  boxes.forEach((box) => (box.y -= top));
  return Math.max(...boxes.map((box) => box.y + box.h / 2));
}
