import assert from 'node:assert/strict';
import test from 'node:test';
import {assertGoldenFigure} from './golden-figure';
import {SAMPLES} from './samples';

for (const [name, make] of Object.entries(SAMPLES)) {
  test(`the figure "${name}" is the golden one`, async () => {
    await assertGoldenFigure(name, make());
  });
}

test('every sample figure is plain JSON of less than 200 kB', () => {
  for (const [name, make] of Object.entries(SAMPLES)) {
    const figure = make();
    const text = JSON.stringify(figure);
    assert.ok(text.length < 200_000, `${name} takes ${text.length} bytes`);
    assert.ok(!text.includes('NaN'), name);
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(make())), `${name} changes`);
  }
});
