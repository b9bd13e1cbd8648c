// Where labels go: on their own area if there is room, else beside it with a line that leads there.

import { isInside } from "sentinel-console/geometry.js";

const STEP = 9; // pixels between the places that are tried
const NEAR = 16; // moved so little, a label needs no line
const FAR = 190;
const TURNS = 16;

// Labels in order of importance: { key, at, rings, size, bare, may: "stay" | "leave" }, all in pixels;
// sizes are [width, height], `bare` without the name, null if nothing is left then. What must not be
// covered is in `taken`. Returns by key where each label's middle is, whether it is bare, and whether
// a line must lead to it; a label without room is not there.
export function place(labels, frame, taken) {
  const boxes = [...taken];
  const found = {};
  for (const label of labels) {
    const [spot, size] = chosen(label, boxes, frame);
    if (!spot) continue;
    boxes.push(boxAt(size, spot));
    const moved = Math.hypot(spot[0] - label.at[0], spot[1] - label.at[1]);
    found[label.key] = { x: spot[0], y: spot[1], bare: size !== label.size, led: moved > NEAR && !isInside(label.rings, ...spot) };
  }
  return found;
}

function chosen({ at, rings, size, bare, may }, boxes, frame) {
  const inside = (box) => within(box, rings) && isFree(box, boxes, frame);
  const outside = (box) => isFree(box, boxes, frame);
  const tries = [[size, inside], ...(may === "leave" ? [[size, outside]] : []), ...(bare ? [[bare, inside], [bare, outside]] : [])];
  for (const [one, fits] of tries) {
    for (const spot of around(at)) if (fits(boxAt(one, spot))) return [spot, one];
  }
  return [null, size];
}

function* around([x, y]) {
  yield [x, y];
  for (let away = STEP; away < FAR; away += STEP) {
    for (let turn = 0; turn < TURNS; turn++) {
      const angle = (turn / TURNS) * 2 * Math.PI + Math.PI / 2;
      yield [x + away * Math.cos(angle), y + away * Math.sin(angle)];
    }
  }
}

const boxAt = ([width, height], [x, y]) => ({ left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 });

const within = ({ left, right, top, bottom }, rings) =>
  [[left, top], [right, top], [left, bottom], [right, bottom]].every(([x, y]) => isInside(rings, x, y));

const isFree = (box, boxes, frame) =>
  box.left > 2 && box.top > 2 && box.right < frame.width - 2 && box.bottom < frame.height - 2 &&
  !boxes.some((one) => box.left < one.right + 3 && box.right > one.left - 3 && box.top < one.bottom + 2 && box.bottom > one.top - 2);

// How wide a text is about, in pixels: Chinese is as wide as it is high.
export const widthOf = (text, size) => [...text].reduce((sum, letter) => sum + (letter > "\u2e80" ? 1 : 0.58), 0) * size;
