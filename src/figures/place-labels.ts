/** Sets labels around points so that they cover neither points nor each other. */
import {coveredArea, overlapArea, segmentBoxes} from './label-boxes';
import type {Box, Position} from './label-boxes';
import {blockWidth} from './text-layout';

/** A labelled point, in layout pixels from the lower left corner of its panel. */
export interface LabelledPoint extends Position {
  /** An empty label takes no room. */
  readonly label: string;
}

/** Where a label's centre stands from its point, y upwards. */
export interface LabelPlace {
  readonly dx: number;
  readonly dy: number;
  /** Whether the label stands so far off that a line should lead to it. */
  readonly leader: boolean;
}

/** Directions in order of preference. */
const DIRECTIONS = [
  [1, 1], [1, -1], [-1, 1], [-1, -1], [0, 1], [0, -1], [1, 0], [-1, 0],
] as const;
/** Clear pixels between point and label: beside it, or further out with a leader. */
const DISTANCES = [6, 20, 36, 54];

/**
 * Chooses a place for each label, in the order of the points: the one that covers least of the
 * points, the obstacles and the labels already set, stays in the panel, and is near.
 * @param panel width and height of the panel, layout pixels.
 * @param obstacles segments to keep clear, such as error bars.
 */
export function placeLabels(
    points: readonly LabelledPoint[], panel: {readonly width: number; readonly height: number},
    {fontSize, obstacles = []}: {
      readonly fontSize: number;
      readonly obstacles?: readonly (readonly [Position, Position])[];
    }): LabelPlace[] {
  const inside: Box = {left: 0, right: panel.width, bottom: 0, top: panel.height};
  const blocked: Box[] = [
    ...segmentBoxes(points.map((point) => [point, point] as const), 6), ...segmentBoxes(obstacles),
  ];
  return points.map(({x, y, label}) => {
    const [width, height] = [blockWidth(label, fontSize), fontSize * 1.2];
    let best: {place: LabelPlace; box: Box; cost: number} | undefined;
    DISTANCES.forEach((distance, ring) => DIRECTIONS.forEach(([right, up], rank) => {
      const [dx, dy] = [right * (distance + width / 2), up * (distance + height / 2)];
      const box: Box = {
        left: x + dx - width / 2, right: x + dx + width / 2,
        bottom: y + dy - height / 2, top: y + dy + height / 2,
      };
      const outside = width * height - overlapArea(box, inside);
      const cost = 4 * coveredArea(box, blocked) + 10 * outside + rank + 40 * ring;
      if (best === undefined || cost < best.cost) {
        best = {place: {dx, dy, leader: ring > 0}, box, cost};
      }
    }));
    const {place, box} = best!;
    // Labels already set weigh more than points.
    blocked.push(box, box, box);
    return place;
  });
}
