import assert from 'node:assert/strict';
import test from 'node:test';
import {
  CATEGORICAL_STYLES, DENOISER_STYLES, REFERENCE_STYLES, categoricalStyle, orderedStyles,
  titleBlock, withOpacity,
} from '../../src/figures/theme';
import type {SeriesStyle} from '../../src/figures/theme';
import {colourDistance, labOf} from './colour-vision';
import type {Sight} from './colour-vision';

const DENOISERS = Object.values(DENOISER_STYLES);

test('series differ in dash and marker together, so that a grey print can be read', () => {
  const styles = [...CATEGORICAL_STYLES, ...REFERENCE_STYLES];
  assert.equal(new Set(styles.map(({dash, marker}) => `${dash} ${marker}`)).size, styles.length);
  const dashes = new Set(CATEGORICAL_STYLES.map(({dash}) => dash));
  assert.ok(REFERENCE_STYLES.every(({dash}) => !dashes.has(dash)), 'references have no markers');
  assert.ok(CATEGORICAL_STYLES.length >= 7);
});

/** The smallest distance between two colours of a palette. */
const closest = (styles: readonly SeriesStyle[], sight: Sight): number => Math.min(
    ...styles.flatMap(({colour}, i) => styles.slice(0, i).map(
        (other) => colourDistance(colour, other.colour, sight))));

for (const sight of ['normal', 'protanopia', 'deuteranopia'] as const) {
  test(`colours of a palette stay apart by their least ΔE*ab under ${sight} sight`, () => {
    // 2.3 is a just noticeable difference between large patches side by side; lines are thin.
    for (const [name, styles, least] of [
      ['categorical', CATEGORICAL_STYLES, 18], ['the denoisers', DENOISERS, 20],
      ['references', REFERENCE_STYLES, 16], ['ordered, 3', orderedStyles(3), 30],
      ['ordered, 6', orderedStyles(6), 15], ['ordered, 9', orderedStyles(9), 7],
    ] as const) {
      const found = closest(styles, sight);
      assert.ok(found >= least, `${name}: ${found.toFixed(1)}, expected at least ${least}`);
    }
  });
}

test('the distances follow their sources: Machado 2009, and CIE for black and white', () => {
  assert.ok(Math.abs(colourDistance('#000000', '#ffffff') - 100) < 0.1);
  // Red and a dark yellow are one colour without red-sensitive cones.
  assert.ok(colourDistance('#ff0000', '#6b6200', 'protanopia') < 15);
  assert.ok(colourDistance('#ff0000', '#6b6200') > 80);
  assert.ok(Math.abs(labOf('#0072b2', 'protanopia')[2] - labOf('#0072b2')[2]) < 15, 'blue stays');
});

test('ordered styles go from dark to light in grey and stand out from white', () => {
  for (const count of [2, 6, 9]) {
    const light = orderedStyles(count).map(({colour}) => labOf(colour, 'grey')[0]);
    assert.deepEqual([...light].sort((a, b) => a - b), light);
    assert.ok(100 - light.at(-1)! > 20);
  }
  assert.equal(orderedStyles(1)[0]!.colour, '#440154');
});

test('styles start again after the last, references are grey', () => {
  assert.deepEqual(categoricalStyle(CATEGORICAL_STYLES.length), categoricalStyle(0));
  for (const {colour} of REFERENCE_STYLES) {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
    assert.ok(Math.max(r!, g!, b!) - Math.min(r!, g!, b!) < 0.09, colour);
  }
  assert.equal(withOpacity('#0072B2', 0.5), 'rgba(0,114,178,0.5)');
});

test('a long title takes more lines and more room, the subtitle follows it', () => {
  const short = titleBlock({title: 'A finding'}, 900);
  const long = titleBlock({title: 'A finding that goes on '.repeat(8), subtitle: 'seed 0'}, 900);
  assert.ok(long.height > short.height + 40);
  assert.match(long.title.text, /<br>.*<span.*>seed 0<\/span>$/);
});
