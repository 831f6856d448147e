import assert from 'node:assert/strict';
import test from 'node:test';
import sharp from 'sharp';
import {pixelDifference} from './pixel-difference';

/** A white picture with a black square. */
const square = (left: number, colour = '#000000'): Promise<Buffer> => sharp(
    {create: {width: 100, height: 50, channels: 3, background: '#ffffff'}})
    .composite([{input: {create: {width: 10, height: 10, channels: 3, background: colour}},
      left, top: 20}]).png().toBuffer();

test('equal pictures do not differ, a square that moves differs in two squares', async () => {
  assert.equal((await pixelDifference(await square(10), await square(10))).share, 0);
  const {share} = await pixelDifference(await square(10), await square(50));
  assert.ok(Math.abs(share - 2 * 100 / 5000) < 0.005, `${share}`);
});

test('another colour is a difference, a shade of it is not', async () => {
  assert.ok((await pixelDifference(await square(10), await square(10, '#0072b2'))).share > 0.015);
  assert.equal((await pixelDifference(await square(10), await square(10, '#020202'))).share, 0);
});

test('pictures of another size are refused', async () => {
  const wide = await sharp(await square(10)).resize(120, 50).png().toBuffer();
  await assert.rejects(pixelDifference(await square(10), wide), /pictures of another size/);
});
