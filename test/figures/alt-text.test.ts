import assert from 'node:assert/strict';
import test from 'node:test';
import {figureAltText} from '../../src/figures/alt-text';
import {SAMPLES} from './samples';

const words = (name: string): string => figureAltText(SAMPLES[name]!());

test('lines are told by title, subtitle, series and both axes', () => {
  assert.equal(words('line-time'),
      'Distance to the Gaussian denoiser falls, then rises again as the network memorizes. ' +
      'Fashion-MNIST 16×16, N = 64, width 16, σ = 0.5, held-out inputs, seed 0. ' +
      'Lines: RMSE; horizontal axis: training steps; vertical axis: RMSE to DG (pixels).');
  assert.match(words('line-regimes'),
      /Lines: DL, linear; DG, Gaussian; DM, multi-delta; horizontal axis: σ, noise .* \(pixels\)\.$/);
});

test('panels are counted and named', () => assert.match(words('line-pair'),
    /\. Lines in 2 panels \(GL score and Copy ratio\): generated images and held-out photographs; /));

test('a grid is told by its rows and columns', () => {
  assert.match(words('grid-trajectory'), new RegExp('\\. Grid of 40 images; rows: network; ' +
      'DL, linear; DG, Gaussian; DM, multi-delta; columns: denoised image at σ: 80, 42\\.4, 21\\.1, ' +
      '.*0\\.0204 and 0\\.002\\.$'));
  assert.match(words('grid-samples'), /rows: N = 64; nearest; N = 1,024; N = 60,000\.$/);
});

test('heat maps and points are told by what they are of', () => {
  assert.match(words('heatmap-overlap'),
      /Heat maps in 3 panels \(σ = 10, σ = 1 and σ = 0\.1\); horizontal axis: principal component j/);
  assert.match(words('scatter-scores'), /Points: N = 64; .*Gaussian samples; horizontal axis: GL score/);
});

test('a slider is told by its ends and what it shows', () => assert.match(words('slider-grid'),
    /Grid of 8 images; rows: network and DL; .*\. A slider chooses σ from 80 to 0\.002; shown: 1\.5\.$/));

test('the words hold no markup, in any figure', () => {
  for (const name of Object.keys(SAMPLES)) assert.doesNotMatch(words(name), /[<>]|\.\.| {2}/, name);
});
