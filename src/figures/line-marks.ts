/** Labelled lines across a panel: a chosen step on the x axis, a threshold on the y axis. */
import {coveredArea, segmentBoxes} from './label-boxes';
import type {Box, Position} from './label-boxes';
import type {LineSeries} from './line-traces';
import {textWidth} from './text-layout';
import {FONT_SIZE, INK} from './theme';
import type {Annotation, Shape, XAxisId, YAxisId} from './types';

/** A labelled position on an axis. */
export interface Mark {
  /** Position in the unit of the axis. */
  readonly at: number;
  readonly label: string;
}

/** Where a panel's axes run and how large it is. */
export interface PanelFrame {
  readonly xId: XAxisId;
  readonly yId: YAxisId;
  /** Ranges of the axes, exponents where log. */
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
  readonly xLog: boolean;
  readonly yLog: boolean;
  /** Size of the panel, layout pixels. */
  readonly width: number;
  readonly height: number;
}

const LINE = {color: '#3d444d', width: 1.2, dash: 'dash'} as const;
const LABEL = {showarrow: false, font: {size: FONT_SIZE.note, color: INK}} as const;
const LABEL_HEIGHT = 17;
const GAP = 4;

/** Positions of data values in a panel, pixels from its lower left corner. */
export function panelPixels(
    {xRange, yRange, xLog, yLog, width, height}: Omit<PanelFrame, 'xId' | 'yId'>,
): (x: number, y: number) => Position {
  const part = (value: number, log: boolean, [from, to]: readonly [number, number]): number =>
      ((log ? Math.log10(value) : value) - from) / (to - from);
  return (x, y) => ({x: part(x, xLog, xRange) * width, y: part(y, yLog, yRange) * height});
}

/** Ends well outside of an axis: Plotly can't lay a line of `domain` length under the traces. */
function beyond([from, to]: readonly [number, number], log: boolean): [number, number] {
  const [low, high] = [2 * from - to, 2 * to - from];
  return log ? [10 ** low, 10 ** high] : [low, high];
}

/**
 * Place of a vertical line's label: as high as it gets without meeting another label, on the side
 * where it stays in the panel and crosses no other line, if there is one.
 */
function topPlace(label: string, pixel: number, {others, taken, width, height}: {
  readonly others: readonly number[]; readonly taken: readonly Box[];
  readonly width: number; readonly height: number;
}): {box: Box; row: number; toRight: boolean} {
  const size = textWidth(label, FONT_SIZE.note) + 2 * GAP;
  const sides = [true, false].map((toRight) => {
    const left = toRight ? pixel : pixel - size;
    const crossed = others.filter((other) => other > left && other < left + size).length;
    const outside = Math.max(0, -left) + Math.max(0, left + size - width);
    return {toRight, left, cost: crossed + outside};
  });
  const {toRight, left} = sides[1]!.cost < sides[0]!.cost ? sides[1]! : sides[0]!;
  for (let row = 0; ; row++) {
    const top = height - row * LABEL_HEIGHT;
    const box: Box = {left, right: left + size, top, bottom: top - LABEL_HEIGHT};
    if (coveredArea(box, taken) === 0) {
      return {box, row, toRight};
    }
  }
}

/**
 * Shapes and labels of a panel's marks. Labels of vertical lines stand at the top, one below the
 * other where they would meet; those of horizontal lines where they cover least of the curves.
 */
export function panelMarks(
    {series, verticalLines = [], horizontalLines = []}: {
      readonly series: readonly LineSeries[]; readonly verticalLines?: readonly Mark[];
      readonly horizontalLines?: readonly Mark[];
    }, frame: PanelFrame): {shapes: Shape[]; annotations: Annotation[]} {
  const {xId, yId, xRange, yRange, xLog, yLog, width, height} = frame;
  const toPixels = panelPixels(frame);
  const [xDomain, yDomain] = [`${xId} domain`, `${yId} domain`];
  const shapes: Shape[] = [];
  const annotations: Annotation[] = [];
  const lineAt = {type: 'line', xref: xId, yref: yId, line: LINE, layer: 'between'} as const;
  const [xEnds, yEnds] = [beyond(xRange, xLog), beyond(yRange, yLog)];
  const upright = verticalLines
      .map((mark) => ({...mark, pixel: toPixels(mark.at, yLog ? 1 : 0).x}))
      .filter(({pixel}) => pixel >= 0 && pixel <= width)
      .sort((a, b) => a.pixel - b.pixel);
  const vertical: Box[] = [];
  for (const {at, label, pixel} of upright) {
    const others = upright.map((other) => other.pixel).filter((other) => other !== pixel);
    const {box, row, toRight} = topPlace(label, pixel, {others, taken: vertical, width, height});
    vertical.push(box);
    shapes.push({...lineAt, x0: at, x1: at, y0: yEnds[0], y1: yEnds[1]});
    annotations.push({...LABEL, text: label, xref: xId, yref: yDomain, y: 1,
      x: xLog ? Math.log10(at) : at, xanchor: toRight ? 'left' : 'right', yanchor: 'top',
      xshift: toRight ? GAP : -GAP, yshift: -2 - row * LABEL_HEIGHT});
  }
  const curves = horizontalLines.length === 0 ? [] : series.flatMap(({x, y, low = y, high = y}) =>
    Array.from({length: x.length - 1}, (_, i) => [low, y, high].map((bound) => [
      toPixels(x[i]!, bound[i]!), toPixels(x[i + 1]!, bound[i + 1]!),
    ] as const)).flat());
  const blocked = [...vertical, ...segmentBoxes(curves)];
  for (const {at, label} of horizontalLines) {
    const pixel = toPixels(xLog ? 1 : 0, at).y;
    if (!(pixel >= 0 && pixel <= height)) {
      continue;
    }
    const size = textWidth(label, FONT_SIZE.note);
    const spots = [1, 0, 0.5, 0.25, 0.75].flatMap((side) => [true, false].map((above) => {
      const left = GAP + side * (width - 2 * GAP - size);
      const bottom = above ? pixel : pixel - LABEL_HEIGHT;
      const box: Box = {left, right: left + size, bottom, top: bottom + LABEL_HEIGHT};
      return {side, above, box, cost: coveredArea(box, blocked)};
    }));
    const best = spots.reduce((least, spot) => spot.cost < least.cost ? spot : least);
    blocked.push(best.box);
    shapes.push({...lineAt, x0: xEnds[0], x1: xEnds[1], y0: at, y1: at});
    annotations.push({...LABEL, text: label, xref: xDomain, yref: yId,
      x: best.side % 1 === 0 ? best.side : (best.box.left + size / 2) / width,
      y: yLog ? Math.log10(at) : at,
      xanchor: best.side === 1 ? 'right' : best.side === 0 ? 'left' : 'center',
      yanchor: best.above ? 'bottom' : 'top',
      xshift: best.side === 1 ? -GAP : best.side === 0 ? GAP : 0});
  }
  return {shapes, annotations};
}
