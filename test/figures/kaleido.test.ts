import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {
  existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import test from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {createKaleido} from '../../src/figures/kaleido';
import {findKaleido} from '../../src/figures/kaleido-process';
import {SAMPLES} from './samples';

const figure = SAMPLES['grid-colour']!();
const scratch = mkdtempSync(path.join(tmpdir(), 'kaleido test '));    // with a space, on purpose
test.after(() => rmSync(scratch, {recursive: true, force: true}));

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`) ||
    spawnSync('kill', ['-0', `${pid}`]).status === 0;

test('one process draws many pictures, in the order asked, and ends when closed', async () => {
  const kaleido = createKaleido();
  assert.equal(kaleido.pid, undefined);
  const [png, svg] = await Promise.all([
    kaleido.render(figure, {format: 'png'}), kaleido.render(figure, {format: 'svg'})]);
  const pid = kaleido.pid!;
  assert.equal(png.subarray(1, 4).toString(), 'PNG');
  assert.match(svg.toString(), /^<svg.*Colour images/s);
  await kaleido.render(figure, {format: 'png'});
  assert.equal(kaleido.pid, pid);
  await kaleido.close();
  assert.equal(isAlive(pid), false);
  assert.equal(kaleido.pid, undefined);
});

test('a process that dies is started again, one picture that fails harms no other', async () => {
  const kaleido = createKaleido();
  await kaleido.render(figure, {format: 'png'});
  const pid = kaleido.pid!;
  process.kill(pid, 'SIGKILL');
  const png = await kaleido.render(figure, {format: 'png'});
  assert.equal(png.subarray(1, 4).toString(), 'PNG');
  assert.notEqual(kaleido.pid, pid);
  const broken = {...figure, data: 5} as never;
  await assert.rejects(kaleido.render(broken, {format: 'png'}),
      /kaleido: expected a png picture, got error 400: .*non-array figure data/);
  assert.ok((await kaleido.render(figure, {format: 'svg'})).length > 1000);
  await kaleido.close();
});

test('an executable that dies at once is tried twice, then its last words are told', async () => {
  const folder = path.join(scratch, 'broken');
  mkdirSync(path.join(folder, 'bin'), {recursive: true});
  writeFileSync(path.join(folder, 'bin', 'kaleido'),
      '#!/bin/sh\necho start >> starts\necho "libnss3.so is missing" >&2\nexit 127\n',
      {mode: 0o755});
  const kaleido = createKaleido({folder});
  await assert.rejects(kaleido.render(figure, {format: 'png'}),
      /died twice on one picture \(exited with 127 libnss3\.so is missing\).*make setup/);
  assert.equal(readFileSync(path.join(folder, 'starts'), 'utf8'), 'start\nstart\n');
  await kaleido.close();
});

test('a picture that takes too long ends the process and says how to wait longer', async () => {
  const folder = path.join(scratch, 'slow');
  mkdirSync(path.join(folder, 'bin'), {recursive: true});
  writeFileSync(path.join(folder, 'bin', 'kaleido'),
      '#!/bin/sh\necho \'{"code": 0, "version": "0.2.1"}\'\nexec sleep 600\n', {mode: 0o755});
  const kaleido = createKaleido({folder, timeoutMs: 400});
  const late = kaleido.render(figure, {format: 'png'});
  await sleep(200);
  const pid = kaleido.pid!;
  assert.ok(isAlive(pid));
  await assert.rejects(late, /expected a picture within 400 ms.*`timeoutMs`/);
  for (let i = 0; isAlive(pid) && i < 50; i++) {
    await sleep(50);
  }
  assert.equal(isAlive(pid), false);
  await kaleido.close();
});

test('the fonts and settings of the machine do not change a picture', async () => {
  const config = path.join(scratch, 'config', 'fontconfig');
  mkdirSync(config, {recursive: true});
  // A user who reads everything in a serif font, Lato too.
  const {XDG_CONFIG_HOME: before} = process.env;
  const draw = async (): Promise<Buffer> => {
    const kaleido = createKaleido();
    const png = await kaleido.render(figure, {format: 'png'});
    await kaleido.close();
    return png;
  };
  const expected = await draw();
  writeFileSync(path.join(config, 'fonts.conf'), '<?xml version="1.0"?>' +
      '<!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><match target="pattern">' +
      '<edit name="family" mode="assign" binding="same"><string>DejaVu Serif</string></edit>' +
      '</match></fontconfig>');
  process.env['XDG_CONFIG_HOME'] = path.join(scratch, 'config');
  try {
    assert.ok(expected.equals(await draw()));
  } finally {
    if (before === undefined) delete process.env['XDG_CONFIG_HOME'];
    else process.env['XDG_CONFIG_HOME'] = before;
  }
});

test('kaleido runs from a folder with a space in its path', async () => {
  const folder = path.join(scratch, 'executable');
  symlinkSync(findKaleido(), folder);
  const kaleido = createKaleido({folder});
  assert.ok((await kaleido.render(figure, {format: 'svg'})).length > 1000);
  await kaleido.close();
});

test('a renderer that nobody closed does not keep the program alive', () => {
  const program = `const {createKaleido} = require(${JSON.stringify(
      path.join(__dirname, '..', '..', 'src', 'figures', 'kaleido.js'))});
    const kaleido = createKaleido();
    kaleido.render(${JSON.stringify(figure)}, {format: 'svg'})
        .then((svg) => console.log(kaleido.pid, svg.length));`;
  const {stdout, status, signal} = spawnSync(process.execPath, ['-e', program], {timeout: 120_000});
  assert.equal(signal, null, 'the program had to be killed');
  assert.equal(status, 0);
  assert.match(stdout.toString(), /^\d+ \d{4,}/);
});

test('a missing environment or package is named, with the remedy', async () => {
  const nowhere = path.join(scratch, 'nowhere');
  assert.throws(() => findKaleido(nowhere), {message: 'findKaleido: expected the Python package ' +
      `kaleido 0.2.1 in ${nowhere}, got no such environment; run \`make setup\`, which installs ` +
      'it into .venv'});
  mkdirSync(path.join(scratch, 'venv', 'lib', 'python3.11', 'site-packages'), {recursive: true});
  assert.throws(() => findKaleido(path.join(scratch, 'venv')), /got none; run `make setup`/);
  await assert.rejects(
      createKaleido({folder: nowhere}).render(figure, {format: 'png'}), /make setup/);
});
