/** Whether the series of a figure can be told from each other by every reader. */
import type {PlotlyFigure, ScatterTrace} from '../../src/figures/types';
import {colourDistance} from './colour-vision';

/** Differences of lightness that a grey print shows, and of colours that a thin line shows. */
const LEAST = {grey: 15, colour: 7} as const;

const colourOf = ({line, marker}: ScatterTrace): string => line?.color ?? marker?.color ?? '';

/** Lines without markers differ by their dash, points without lines by their marker. */
function differInForm(a: ScatterTrace, b: ScatterTrace): boolean {
  const dashes = a.mode !== 'markers' && b.mode !== 'markers' && a.line?.dash !== b.line?.dash;
  return dashes || a.mode !== b.mode || a.marker?.symbol !== b.marker?.symbol;
}

/**
 * Pairs of series in one panel that some reader takes for one: of the same form and of about one
 * lightness in a grey print, or of the same form and of about one colour for a dichromat.
 */
export function confusedPairs({data}: PlotlyFigure): string[] {
  const shown = data.filter((trace): trace is ScatterTrace => trace.type === 'scatter' &&
      (trace.meta.kind === 'series' || trace.meta.kind === 'points'));
  return shown.flatMap((a, i) => shown.slice(0, i)
      .filter((b) => a.xaxis === b.xaxis && a.yaxis === b.yaxis && !differInForm(a, b))
      .flatMap((b) => (['grey', 'protanopia', 'deuteranopia'] as const)
          .map((sight) => ({sight, far: colourDistance(colourOf(a), colourOf(b), sight)}))
          .filter(({sight, far}) => far < (sight === 'grey' ? LEAST.grey : LEAST.colour))
          .map(({sight, far}) => `${b.name} and ${a.name}: ΔE ${far.toFixed(1)}, ${sight}`)));
}
