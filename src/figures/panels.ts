/** Where panels and legends stand on a figure, in layout pixels and in Plotly's fractions. */
import {FONT_SIZE, INK} from './theme';
import {blockWidth, wrapText} from './text-layout';
import type {Annotation, Legend, Margin, XAxisId, YAxisId} from './types';

/** One panel's axes and place. */
export interface PanelPlace {
  readonly xId: XAxisId;
  readonly yId: YAxisId;
  /** Keys of its axes in the layout. */
  readonly xKey: 'xaxis' | `xaxis${number}`;
  readonly yKey: 'yaxis' | `yaxis${number}`;
  /** Fractions of the plot area, as `domain` wants them. */
  readonly xDomain: readonly [number, number];
  readonly yDomain: readonly [number, number];
  readonly row: number;
  readonly column: number;
}

/**
 * Places `count` equal panels, row by row.
 * @param options panel size and the gaps between panels, in layout pixels.
 * @returns the panels and the size of the plot area they fill.
 */
export function placePanels(count: number, {columns, width, height, gapX, gapY}: {
  readonly columns: number; readonly width: number; readonly height: number;
  readonly gapX: number; readonly gapY: number;
}): {panels: PanelPlace[]; plotWidth: number; plotHeight: number} {
  const rows = Math.ceil(count / columns);
  const plotWidth = columns * width + (columns - 1) * gapX;
  const plotHeight = rows * height + (rows - 1) * gapY;
  const fraction = (value: number): number => Math.round(value * 1e6) / 1e6;
  const panels = Array.from({length: count}, (_, i): PanelPlace => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const left = column * (width + gapX);
    const bottom = plotHeight - row * (height + gapY) - height;
    const suffix = i === 0 ? '' as const : i + 1;
    return {
      xId: `x${suffix}` as XAxisId, yId: `y${suffix}` as YAxisId,
      xKey: `xaxis${suffix}`, yKey: `yaxis${suffix}`,
      xDomain: [fraction(left / plotWidth), fraction((left + width) / plotWidth)],
      yDomain: [fraction(bottom / plotHeight), fraction((bottom + height) / plotHeight)],
      row, column,
    };
  });
  return {panels, plotWidth, plotHeight};
}

const SUBSCRIPT_DEPTH = 2;

/** A panel's title, above its left end; `lift` pixels of room are left below it. */
export function panelTitle(text: string, {xId, yId}: PanelPlace, lift: number): Annotation {
  return {
    text: `<b>${text}</b>`, xref: `${xId} domain`, yref: `${yId} domain`, x: 0, y: 1,
    xanchor: 'left', yanchor: 'bottom', showarrow: false,
    // Plotly sets the bottom of the text there, which a subscript takes lower.
    yshift: text.includes('<sub>') ? lift - SUBSCRIPT_DEPTH : lift,
    font: {size: FONT_SIZE.panel, color: INK},
  };
}

/** Room for a whole period of every dash. */
const ITEM_WIDTH = 42;
const SYMBOL_WIDTH = ITEM_WIDTH + 18;
const LINE_HEIGHT = 20;
const MAX_ENTRY = 200;

/** A legend right of the plot area, and the right margin it needs. */
export function sideLegend(names: readonly string[]): {legend: Legend; names: string[];
  margin: number;} {
  const wrapped = names.map((name) => wrapText(name, FONT_SIZE.legend, MAX_ENTRY).join('<br>'));
  const widest = Math.max(...wrapped.map((name) => blockWidth(name, FONT_SIZE.legend)));
  return {
    legend: {x: 1.015, xanchor: 'left', y: 1, yanchor: 'top', font: {size: FONT_SIZE.legend},
      itemwidth: ITEM_WIDTH, tracegroupgap: 4},
    names: wrapped,
    margin: Math.ceil(widest + SYMBOL_WIDTH + 26),
  };
}

/** A legend in columns at the foot of the figure, and the height it needs. */
export function footLegend(names: readonly string[], width: number, left: number): {
  legend: Legend; names: string[]; height: number;} {
  const widest = Math.max(...names.map((name) => blockWidth(name, FONT_SIZE.legend)));
  const entrywidth = Math.ceil(widest + 12);
  const columns = Math.max(1, Math.floor((width - left) / (entrywidth + SYMBOL_WIDTH)));
  return {
    legend: {
      orientation: 'h', xref: 'container', x: left / width, xanchor: 'left',
      yref: 'container', y: 0.012, yanchor: 'bottom', entrywidth, entrywidthmode: 'pixels',
      itemwidth: ITEM_WIDTH, font: {size: FONT_SIZE.legend},
    },
    names: [...names],
    height: Math.ceil(names.length / columns) * LINE_HEIGHT + 14,
  };
}

/** Figure size around a plot area. */
export function figureSize(
    plot: {readonly plotWidth: number; readonly plotHeight: number}, margin: Omit<Margin,
    'autoexpand'>): {width: number; height: number; margin: Margin} {
  return {
    width: plot.plotWidth + margin.l + margin.r,
    height: plot.plotHeight + margin.t + margin.b,
    margin: {...margin, autoexpand: false},
  };
}
