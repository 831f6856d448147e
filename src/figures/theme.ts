/**
 * The one look of all figures: white ground, quiet axes, colours that survive colour blindness
 * (Okabe and Ito 2008, with a purple dark enough to stay apart from blue for readers without
 * red-sensitive cones) and, through lightness, dash and marker, a grey print.
 */
import {balanceText, wrapText} from './text-layout';
import type {Axis, Dash, Font, MarkerSymbol, PlotlyLayout, Title} from './types';

/** How one series is drawn. */
export interface SeriesStyle {
  readonly colour: string;
  readonly dash: Dash;
  readonly marker: MarkerSymbol;
}

export const INK = '#1f2328';
export const MUTED = '#57606a';
export const GRID = '#e6e8eb';
export const SHADE = '#f4f3ef';

/** The fonts of figures and pages; pages bring Lato along. */
export const FONT_FAMILY = 'Lato, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif';

/** Font sizes, in layout pixels. */
export const FONT_SIZE = {
  title: 18, subtitle: 13, panel: 14, axis: 14, tick: 12, legend: 12.5, note: 11.5,
} as const;

const [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY] =
    ['#0072B2', '#D55E00', '#009E73', '#6A1B6A', '#E69F00', '#56B4E9'];

/** Styles of unordered series, in order of use; no two share a dash and marker. */
export const CATEGORICAL_STYLES: readonly SeriesStyle[] = [
  {colour: BLUE!, dash: 'solid', marker: 'circle'},
  {colour: VERMILLION!, dash: 'dash', marker: 'square'},
  {colour: GREEN!, dash: 'dashdot', marker: 'diamond'},
  {colour: PURPLE!, dash: 'dot', marker: 'triangle-up'},
  {colour: ORANGE!, dash: 'longdash', marker: 'cross'},
  {colour: SKY!, dash: 'longdashdot', marker: 'triangle-down'},
  {colour: '#444444', dash: 'solid', marker: 'x'},
];

/** Styles of reference curves: greys, no colour, and dashes that no other series has. */
export const REFERENCE_STYLES: readonly SeriesStyle[] = [
  {colour: '#111111', dash: '14px,4px', marker: 'square'},
  {colour: '#6e7681', dash: '7px,2px,2px,2px', marker: 'triangle-up'},
  {colour: '#9aa1a9', dash: '3px,6px', marker: 'diamond'},
];

/** The same denoiser looks the same in every figure. */
export const DENOISER_STYLES = {
  network: CATEGORICAL_STYLES[0]!,
  gaussian: CATEGORICAL_STYLES[1]!,
  linear: CATEGORICAL_STYLES[2]!,
  multiDelta: CATEGORICAL_STYLES[3]!,
} as const satisfies Record<string, SeriesStyle>;

// Samples of the colour map viridis from dark to light, without its pale end.
const ORDERED_STOPS = [
  [68, 1, 84], [72, 36, 117], [65, 68, 135], [53, 95, 141], [42, 120, 142], [33, 145, 140],
  [34, 168, 132], [68, 191, 112], [110, 200, 85],
] as const;

/**
 * Styles of `count` series that have an order (N, width, step): dark to light, which grey keeps.
 * @param count >= 1.
 */
export function orderedStyles(count: number): SeriesStyle[] {
  return Array.from({length: count}, (_, i) => {
    const at = count === 1 ? 0 : i / (count - 1) * (ORDERED_STOPS.length - 1);
    const low = ORDERED_STOPS[Math.floor(at)]!;
    const high = ORDERED_STOPS[Math.ceil(at)]!;
    const channels = low.map((value, c) => Math.round(value + (at % 1) * (high[c]! - value)));
    const hex = channels.map((value) => value.toString(16).padStart(2, '0')).join('');
    const {dash, marker} = CATEGORICAL_STYLES[i % CATEGORICAL_STYLES.length]!;
    return {colour: `#${hex}`, dash, marker};
  });
}

/** The style of unordered series number `index` >= 0; starts again after the last. */
export function categoricalStyle(index: number): SeriesStyle {
  return CATEGORICAL_STYLES[index % CATEGORICAL_STYLES.length]!;
}

/** `#rrggbb` with an opacity in [0, 1], as CSS. */
export function withOpacity(colour: string, opacity: number): string {
  const channel = (at: number): number => parseInt(colour.slice(at, at + 2), 16);
  return `rgba(${channel(1)},${channel(3)},${channel(5)},${opacity})`;
}

/** What every figure says about itself. */
export interface FigureText {
  /** The finding, as a sentence. */
  readonly title: string;
  /** Data set, N, steps, seed: what the finding was seen on. */
  readonly subtitle?: string;
}

const TITLE_PAD = 18;
const LINE_HEIGHT = 1.3;    // Plotly's, in units of the title's size, whatever a line's own size

/** Title block of a figure of the given width, and the height it takes from the top. */
export function titleBlock(
    {title, subtitle}: FigureText, width: number): {title: Title; height: number} {
  const space = width - 2 * TITLE_PAD;
  const lines = balanceText(title, FONT_SIZE.title, space);
  const subLines = subtitle === undefined ? [] : wrapText(subtitle, FONT_SIZE.subtitle, space);
  const small = `font-size:${FONT_SIZE.subtitle}px;color:${MUTED}`;
  const text = [...lines, ...subLines.map((line) => `<span style="${small}">${line}</span>`)];
  // Plotly hangs a single line from its capitals' top, but the first of several from its base.
  const lift = text.length > 1 ? 0.7 * FONT_SIZE.title : 0;
  const block: Title = {
    text: text.join('<br>'), font: {size: FONT_SIZE.title, color: INK},
    x: 0, xref: 'container', xanchor: 'left', y: 1, yref: 'container', yanchor: 'top',
    pad: {t: TITLE_PAD + lift, l: TITLE_PAD},
  };
  const height = TITLE_PAD + text.length * FONT_SIZE.title * LINE_HEIGHT;
  return {title: block, height: Math.round(height)};
}

/** The parts of the layout that all figures share. */
export function baseLayout(width: number, height: number): Pick<PlotlyLayout,
    'width' | 'height' | 'autosize' | 'font' | 'paper_bgcolor' | 'plot_bgcolor' | 'hoverlabel'> {
  const font: Font = {family: FONT_FAMILY, size: FONT_SIZE.tick, color: INK};
  return {
    width: Math.round(width), height: Math.round(height), autosize: false, font,
    paper_bgcolor: '#ffffff', plot_bgcolor: '#ffffff',
    hoverlabel: {bgcolor: '#ffffff', font: {...font, size: FONT_SIZE.tick}, align: 'left',
      namelength: -1},
  };
}

/** The parts of an axis that all graphs share. */
export function baseAxis(title?: string): Axis {
  return {
    ...(title !== undefined && {
      title: {text: title, font: {size: FONT_SIZE.axis}, standoff: 8},
    }),
    ticks: 'outside', ticklen: 5, tickcolor: MUTED, tickfont: {size: FONT_SIZE.tick},
    showline: true, linecolor: MUTED, zeroline: false, showgrid: true, gridcolor: GRID,
  };
}
