import assert from 'node:assert/strict';
import test from 'node:test';
import {
  CATEGORICAL_STYLES, REFERENCE_STYLES, categoricalStyle, orderedStyles, titleBlock, withOpacity,
} from '../../src/figures/theme';

const channels = (hex: string): number[] =>
    [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [r, g, b] = channels(hex).map(
      (c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
/** Colours as a reader without red-sensitive cones sees them (Viénot, Brettel, Mollon 1999). */
function protanope(hex: string): number[] {
  const [r, g, b] = channels(hex).map((c) => c ** 2.2);
  const yellow = 0.11238 * r! + 0.88762 * g!;
  return [yellow, yellow, 0.00401 * r! - 0.00401 * g! + b!]
      .map((c) => Math.max(c, 0) ** (1 / 2.2));
}

test('series differ in dash and marker together, so that a grey print can be read', () => {
  const keys = CATEGORICAL_STYLES.map(({dash, marker}) => `${dash} ${marker}`);
  assert.equal(new Set(keys).size, CATEGORICAL_STYLES.length);
  assert.ok(CATEGORICAL_STYLES.length >= 7);
});

test('the first colours stay apart for a colour-blind reader', () => {
  const seen = CATEGORICAL_STYLES.map(({colour}) => protanope(colour));
  for (let i = 0; i < seen.length; i++) {
    for (let j = 0; j < i; j++) {
      const distance = Math.hypot(...seen[i]!.map((value, c) => value - seen[j]![c]!));
      assert.ok(distance > 0.12, `colours ${j} and ${i} are ${distance.toFixed(3)} apart`);
    }
  }
});

test('ordered styles go from dark to light in grey and stand out from white', () => {
  for (const count of [2, 6, 9]) {
    const light = orderedStyles(count).map(({colour}) => luminance(colour));
    assert.deepEqual([...light].sort((a, b) => a - b), light);
    assert.ok(1.05 / (light.at(-1)! + 0.05) > 1.8);
  }
  assert.equal(orderedStyles(1)[0]!.colour, '#440154');
});

test('styles start again after the last, references are grey', () => {
  assert.deepEqual(categoricalStyle(CATEGORICAL_STYLES.length), categoricalStyle(0));
  for (const {colour} of REFERENCE_STYLES) {
    const [r, g, b] = channels(colour);
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
