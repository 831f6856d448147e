import assert from 'node:assert/strict';
import test from 'node:test';
import {copyFinding, noiseFinding, optimalErrorFinding, unseenFinding}
  from '../../../src/experiments/findings/problem';
import {interval} from './helpers';

test('noise hides images when the correlation is lost, and the title says how far', () => {
  const levels = (last: number) =>
    [[0.002, 1], [0.47, 0.814], [80, last]].map(([sigma, correlation]) =>
      ({sigma: sigma!, correlation: correlation!}));
  assert.equal(noiseFinding(levels(0.004)), 'Noise hides the image: correlation with the clean ' +
      'one 1.00 at σ = 0.002, 0.81 at σ = 0.47, 0.00 at σ = 80');
  assert.match(noiseFinding(levels(0.7)), /^The noise leaves the image in sight: .*0\.70 at σ = 80/);
});

test('an unseen image is kept better by the one of the smaller error', () => {
  assert.equal(unseenFinding({sigma: 0.002, multiDelta: 0.28, gaussian: 0.123}),
      'D<sub>G</sub> keeps more of this unseen image than D<sub>M</sub>: RMSE 0.12 against 0.28 ' +
      'at σ = 0.002');
  assert.match(unseenFinding({sigma: 0.002, multiDelta: 0.1, gaussian: 0.2}),
      /^D<sub>G<\/sub> keeps no more of this unseen image/);
});

test('the optimal denoiser is called perfect, worse, better or alike as its errors are', () => {
  const make = (seen: number, unseen: number, gaussian: number): string => optimalErrorFinding({
    sigma: 0.002, seen: interval(seen, 0.001), unseen: interval(unseen),
    gaussianUnseen: interval(gaussian)});
  assert.equal(make(0, 0.28, 0.12), 'The optimal denoiser D<sub>M</sub> is perfect on images it ' +
      'has seen, and worse than D<sub>G</sub> on others: RMSE 0.28 [0.27, 0.29] against 0.12 ' +
      '[0.11, 0.13] of D<sub>G</sub>, at σ = 0.002');
  assert.match(make(0.05, 0.28, 0.12), /is at RMSE 0\.050 \[.*\] on images it has seen, and worse/);
  assert.match(make(0, 0.1, 0.2), /is better than D<sub>G<\/sub> also on unseen images/);
  assert.match(make(0, 0.2, 0.2), /do not differ clearly/);
});

test('copies are the rule, the exception, or unclear', () => {
  assert.equal(copyFinding({estimate: 1, low: 0.963, high: 1}), 'What the optimal denoiser ' +
      'D<sub>M</sub> generates are its training images: copy ratio 1.00 [0.96, 1.00]');
  assert.match(copyFinding(interval(0.2)), /^Most images .* are no copies .*0\.20 \[0\.19, 0\.21\]/);
  assert.match(copyFinding(interval(0.5)), /may or may not copy/);
});
