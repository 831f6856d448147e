/**
 * Pictures against golden ones: what the JSON cannot show, such as labels that meet, a font that
 * is missing or an axis that is cut off.
 *
 * kaleido brings its browser and its fonts along, so the same figure gives the same pixels; the
 * tolerance is for processors that round colours and edges otherwise. It is a fifth of what the
 * smallest label takes: a word that moves or goes is seen.
 */
import test from 'node:test';
import {createKaleido} from '../../src/figures/kaleido';
import {assertGoldenPicture} from './pixel-difference';
import {SAMPLES} from './samples';

/** Share of pixels that may differ: 94 of the 470,000 of a figure of 900 x 520. */
const ALLOWED = 2e-4;
const NAMES = [
  'line-regimes', 'line-time', 'line-pair', 'grid-samples', 'heatmap-overlap', 'scatter-scores',
  'slider-grid', 'slider-heatmap',
];

const kaleido = createKaleido();
test.after(() => kaleido.close());

for (const name of NAMES) {
  test(`the figure "${name}" looks like its golden picture`, async () => {
    const {data, layout} = SAMPLES[name]!();
    const png = await kaleido.render({data, layout}, {format: 'png', scale: 1});
    await assertGoldenPicture(name, png, ALLOWED);
  });
}
