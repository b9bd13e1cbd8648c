// From GeoJSON to the page: a projection, rings, and the roomiest place inside a shape.

const POINT = 0.0006; // degrees; a small square stands for an area that is a point

export function ringsOf(geometry) {
  switch (geometry?.type) {
    case "Polygon":
      return geometry.coordinates;
    case "MultiPolygon":
      return geometry.coordinates.flat();
    case "GeometryCollection":
      return geometry.geometries.flatMap(ringsOf);
    case "Point": {
      const [east, north] = geometry.coordinates;
      return [[[east - POINT, north - POINT], [east + POINT, north - POINT], [east + POINT, north + POINT], [east - POINT, north + POINT]]];
    }
    default:
      return [];
  }
}

// Plate carrée with the middle latitude true: within one city nobody sees the difference.
export function projection(points, width, height, margin) {
  if (!points.length) return null;
  let [west, east, south, north] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of points) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, y);
    north = Math.max(north, y);
  }
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = Math.min((width - 2 * margin) / ((east - west) * narrow || 1), (height - 2 * margin) / (north - south || 1));
  const left = (width - (east - west) * narrow * scale) / 2;
  const top = (height - (north - south) * scale) / 2;
  return ([x, y]) => [left + (x - west) * narrow * scale, top + (north - y) * scale];
}

export const pathOf = (rings) => rings.map((ring) => `M${ring.map(([a, b]) => `${a.toFixed(1)} ${b.toFixed(1)}`).join("L")}Z`).join("");

export function boxOf(rings) {
  const xs = rings.flat().map(([x]) => x);
  const ys = rings.flat().map(([, y]) => y);
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

export function isInside(rings, x, y) {
  let inside = false;
  for (const ring of rings) {
    for (let n = 0, before = ring.length - 1; n < ring.length; before = n++) {
      const [[ax, ay], [bx, by]] = [ring[n], ring[before]];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
  }
  return inside;
}

const GRID = 20; // places tried a side

// Where a label has most room around it: the place inside that is furthest from any edge.
export function roomiest(rings) {
  const box = boxOf(rings);
  let best = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  let room = -1;
  for (let i = 1; i < GRID; i++) {
    for (let j = 1; j < GRID; j++) {
      const x = box.left + ((box.right - box.left) * i) / GRID;
      const y = box.top + ((box.bottom - box.top) * j) / GRID;
      if (!isInside(rings, x, y)) continue;
      const far = distance(rings, x, y);
      if (far > room) [best, room] = [[x, y], far];
    }
  }
  return best;
}

// Squared, to the nearest edge.
function distance(rings, x, y) {
  let least = Infinity;
  for (const ring of rings) {
    for (let n = 0; n < ring.length; n++) {
      const [[ax, ay], [bx, by]] = [ring[n], ring[(n + 1) % ring.length]];
      const [dx, dy] = [bx - ax, by - ay];
      const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
      least = Math.min(least, (x - ax - along * dx) ** 2 + (y - ay - along * dy) ** 2);
    }
  }
  return least;
}
