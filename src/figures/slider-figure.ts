/**
 * One figure with a slider from several of the same kind: denoised images by noise level, overlap
 * of singular vectors by noise level. Each state is a whole figure; what differs between them
 * becomes a frame, the rest is kept once.
 */
import {changesBetween, layoutChanges} from './figure-changes';
import {FONT_SIZE, GRID, INK, MUTED} from './theme';
import type {
  AnimationOptions, Legend, PlotlyFigure, PlotlyFrame, PlotlyLayout, Slider, TraceChange,
  UpdateMenu,
} from './types';

/** One position of the slider. */
export interface FigureState {
  /** The value of the variable, such as `'1.5'`; each once. */
  readonly label: string;
  /** Of the same size and traces in every state. */
  readonly figure: PlotlyFigure;
}

/** The states, and which of them is shown first. */
export interface SliderFigureOptions {
  /** At least 2, in the slider's order. */
  readonly states: readonly FigureState[];
  /** What the slider changes, such as `'σ'`. */
  readonly variable: string;
  /** Position of the state that is shown first, and in the picture (default 0). */
  readonly start?: number;
  /** How long each state stays while they play, ms (default 900). */
  readonly playMs?: number;
}

/** Height of the controls below the figure, layout pixels. */
const CONTROLS = 100;
const BUTTONS = 132;

/**
 * Joins the states. The picture of the figure shows the state `start`.
 * @param options the states and the name of what the slider changes.
 * @returns plain JSON with a frame a state.
 * @throws RangeError for fewer than 2 states, a label that comes twice, a `start` without a state,
 *     or states that differ in size or in their traces.
 * @example
 * const states = [80, 1.5, 0.002].map((sigma) => ({
 *   label: hg.formatSigma(sigma),
 *   figure: hg.lineFigure({title: 'Shrinkage by variance', xTitle: 'λ', xLog: true,
 *     yTitle: 'λ / (λ + σ²)', yRange: [0, 1],
 *     series: [{name: 'D_G', x: [0.1, 1, 10], y: [0.1, 1, 10].map((l) => l / (l + sigma ** 2))}]}),
 * }));
 * const {frames} = hg.sliderFigure({states, variable: 'σ', start: 1});
 * console.log(frames?.map(({name}) => name)); // [ '80', '1.5', '0.002' ]
 */
export function sliderFigure(
    {states, variable, start = 0, playMs = 900}: SliderFigureOptions): PlotlyFigure {
  const shown = states[start];
  checkStates(states, start);
  const figures = states.map(({figure}) => figure);
  const changes = figures[0]!.data.map(
      (_, t) => changesBetween(figures.map(({data}) => data[t]!)));
  const traces = changes.flatMap((perState, t) => perState === undefined ? [] : [t]);
  const layouts = layoutChanges(figures.map(({layout}) => layout));
  const frames = states.map(({label}, s): PlotlyFrame => ({
    name: label, traces, data: traces.map((t) => changes[t]![s] as TraceChange),
    ...(layouts && {layout: layouts[s]!}),
  }));
  const {data, layout} = shown!.figure;
  return {data, layout: withControls(layout, states, {variable, start, playMs}), frames};
}

function checkStates(states: readonly FigureState[], start: number): void {
  const where = 'sliderFigure';
  if (states.length < 2) {
    throw new RangeError(`${where}: expected at least 2 states, got ${states.length}; without a ` +
        'choice, show the figure itself');
  }
  if (states[start] === undefined) {
    throw new RangeError(`${where}: expected \`start\` from 0 to ${states.length - 1}, got ${start}`);
  }
  const form = ({data, layout: {width, height}}: PlotlyFigure): string =>
    `${width}x${height} pixels with traces [${data.map(({type}) => type).join(', ')}]`;
  const expected = form(states[0]!.figure);
  states.forEach(({label, figure}, s) => {
    if (states.findIndex((state) => state.label === label) !== s) {
      throw new RangeError(`${where}: expected each label once, got "${label}" twice`);
    }
    if (form(figure) !== expected) {
      throw new RangeError(`${where}: expected state "${label}" to be of ${expected}, as the ` +
          `first, got ${form(figure)}`);
    }
  });
}

const still: AnimationOptions =
    {mode: 'immediate', frame: {duration: 0, redraw: true}, transition: {duration: 0}};

/** The layout with a slider and two buttons in a strip of their own below the figure. */
function withControls(
    layout: PlotlyLayout, states: readonly FigureState[],
    {variable, start, playMs}: {readonly variable: string; readonly start: number;
      readonly playMs: number;}): PlotlyLayout {
  const {margin, legend} = layout;
  const height = layout.height + CONTROLS;
  const plotWidth = layout.width - margin.l - margin.r;
  const y = -margin.b / (layout.height - margin.t - margin.b);
  const look = {font: {size: FONT_SIZE.tick, color: INK}, bgcolor: '#ffffff', bordercolor: MUTED};
  const slider: Slider = {
    ...look, active: start, x: 0, y, xanchor: 'left', yanchor: 'top', len: plotWidth,
    lenmode: 'pixels', pad: {t: 8, b: 0, l: BUTTONS, r: 12},
    currentvalue: {prefix: `${variable} = `, xanchor: 'left', offset: 12,
      font: {size: FONT_SIZE.axis, color: INK}},
    bgcolor: GRID, activebgcolor: MUTED, tickcolor: MUTED, ticklen: 4,
    steps: states.map(({label}) => ({label, method: 'animate', args: [[label], still]})),
  };
  const menu: UpdateMenu = {
    ...look, type: 'buttons', direction: 'left', showactive: false, x: 0, y, xanchor: 'left',
    yanchor: 'top', pad: {t: 28, r: 0},
    buttons: [
      {label: 'Play', method: 'animate',
        args: [null, {...still, frame: {duration: playMs, redraw: true}, fromcurrent: true}]},
      {label: 'Stop', method: 'animate', args: [[null], still]},
    ],
  };
  return {
    ...layout, height, margin: {...margin, b: margin.b + CONTROLS},
    ...(legend && {legend: liftedLegend(legend, layout.height)}),
    sliders: [slider], updatemenus: [menu],
  };
}

/** A legend at the foot stays above the controls. */
function liftedLegend(legend: Legend, height: number): Legend {
  if (legend.yref !== 'container' || legend.y === undefined) return legend;
  return {...legend, y: (legend.y * height + CONTROLS) / (height + CONTROLS)};
}
