import assert from 'node:assert/strict';
import Module from 'node:module';
import test from 'node:test';
import {sendBundle} from '../../src/figures/display-bundle';

/** Puts a module of that file name into Node's table while `body` runs. */
function withModules(modules: Record<string, object>, body: () => void): void {
  for (const [filename, exports] of Object.entries(modules)) {
    require.cache[filename] = Object.assign(new Module(filename), {filename, exports});
  }
  try {
    body();
  } finally {
    Object.keys(modules).forEach((filename) => delete require.cache[filename]);
  }
}

test('a bundle goes to the copy of tslab that runs, not to its launcher', () => {
  const sent: unknown[][] = [];
  withModules({
    '/usr/lib/node_modules/tslab/dist/jupyter.js': {lastWriteDisplayData: null},
    '/home/me/node_modules/tslab/dist/jupyter.js': {
      lastWriteDisplayData: (...args: unknown[]) => sent.push(args)},
  }, () => {
    sendBundle({'text/html': '<b>1</b>', 'text/plain': '1'}, {displayId: 'bar', update: true});
    sendBundle({'image/png': 'iVBO'}, {metadata: {'image/png': {width: 3}}});
  });
  assert.deepEqual(sent, [
    [{data: {'text/html': '<b>1</b>', 'text/plain': '1'}, metadata: {},
      transient: {display_id: 'bar'}}, true],
    [{data: {'image/png': 'iVBO'}, metadata: {'image/png': {width: 3}}, transient: {}}, false],
  ]);
});

test('without a kernel the display gets the preferred form, pictures as bytes', () => {
  const sent: unknown[][] = [];
  const display = {raw: (...args: unknown[]) => sent.push(args)};
  sendBundle({'application/json': {a: 1}, 'image/png': Buffer.from('xy').toString('base64')},
      {display, preferred: 'image/png'});
  sendBundle({'application/json': {a: 1}}, {display});
  assert.deepEqual(sent, [['image/png', Buffer.from('xy')], ['application/json', '{"a":1}']]);
});

test('outside of a notebook the error says what to use instead', () => assert.throws(
    () => sendBundle({'text/plain': 'x'}), /found no kernel; .*createFigureExporter/));
