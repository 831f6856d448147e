/** Boxes on a panel, in layout pixels from its lower left corner: what covers what. */

export interface Position {
  readonly x: number;
  readonly y: number;
}

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** Area that two boxes share. */
export function overlapArea(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.top, b.top) - Math.max(a.bottom, b.bottom);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Area of a box that the others cover, counted once for each of them. */
export function coveredArea(box: Box, others: readonly Box[]): number {
  return others.reduce((sum, other) => sum + overlapArea(box, other), 0);
}

/** Segments as chains of small boxes, so that a slanted line blocks only where it runs. */
export function segmentBoxes(
    segments: readonly (readonly [Position, Position])[], radius = 3): Box[] {
  return segments.flatMap(([from, to]) => {
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    if (!Number.isFinite(length)) {
      return [];    // an end is a gap in the data
    }
    const steps = Math.max(1, Math.ceil(length / (2 * radius)));
    return Array.from({length: steps + 1}, (_, i): Box => {
      const x = from.x + (to.x - from.x) * i / steps;
      const y = from.y + (to.y - from.y) * i / steps;
      return {left: x - radius, right: x + radius, bottom: y - radius, top: y + radius};
    });
  });
}
