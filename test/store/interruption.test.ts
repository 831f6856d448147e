import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import * as path from 'node:path';
import {test} from 'node:test';
import {
  INTERRUPTS, interruptedError, interruptible, isInterrupted, onInterrupt,
} from '../../src/store/interruption';

const MODULE = path.join(__dirname, '..', '..', 'src', 'store', 'interruption.js');
const listeners = (): number[] => INTERRUPTS.map((name) => process.listenerCount(name));

/** Runs `code` in a process, sends it signals when it prints lines, and waits for its end. */
async function inProcess(code: string, signals: readonly NodeJS.Signals[]) {
  const child = spawn(process.execPath, ['-e',
    `const {interruptible, onInterrupt} = require(${JSON.stringify(MODULE)});\n${code}`],
  {stdio: ['ignore', 'pipe', 'inherit']});
  let output = '';
  const waiting = [...signals];
  let sent = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    const next = text.includes('ready') ? waiting.shift() : undefined;
    if (next === undefined) return;
    sent = performance.now();
    child.kill(next);
  });
  const [status, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.on('close', (...end) => resolve(end)));
  return {status, signal, output, seconds: (performance.now() - sent) / 1000};
}

test('work that is not interrupted is not touched, and nothing stays behind', async () => {
  const before = listeners();
  assert.equal(await interruptible(() => 7, () => assert.fail('cleaned')), 7);
  await assert.rejects(interruptible(() => {
    throw new RangeError('its own');
  }, () => assert.fail('cleaned')), {name: 'RangeError', message: 'its own'});
  assert.deepEqual(listeners(), before);
});

for (const name of INTERRUPTS) {
  test(`${name} aborts the signal, and the work ends as it wants`, async () => {
    const {status, output} = await inProcess(`
      interruptible(async (signal) => {
        const timer = setInterval(() => {}, 1000);
        console.log('ready');
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        clearInterval(timer);
        throw signal.reason;
      }, () => console.log('cleaned')).catch((error) => {
        console.log(error.name, error.interrupt, error.message);
        process.exitCode = 5;
      });`, [name]);
    assert.equal(status, 5);
    assert.equal(output, 'ready\n' +
        `AbortError ${name} interrupted by ${name}; nothing of this computation was kept\n`);
  });
}

test('work that does not listen is ended after four seconds, cleanly', async () => {
  const {signal, output, seconds} = await inProcess(`
    interruptible(() => new Promise((resolve) => {
      console.log('ready');
      setTimeout(resolve, 60_000);
    }), () => console.log('cleaned'));`, ['SIGTERM']);
  assert.deepEqual([signal, output], ['SIGTERM', 'ready\ncleaned\n']);
  assert.ok(seconds > 3.5 && seconds < 10, `${seconds} s`);
});

test('an interruption that is delivered twice is one', async () => {
  const {status, output} = await inProcess(`
    interruptible((abort) => new Promise((resolve, reject) => {
      console.log('ready');
      const timer = setTimeout(resolve, 60_000);
      abort.addEventListener('abort', () => {
        console.log('ready');
        clearTimeout(timer);
        setTimeout(() => reject(abort.reason), 500);
      });
    }), () => console.log('cleaned')).catch((error) => console.log(error.interrupt));`,
  ['SIGINT', 'SIGINT']);
  assert.deepEqual([status, output], [0, 'ready\nready\nSIGINT\n']);
});

test('a second interruption ends the process at once', async () => {
  const {signal, output, seconds} = await inProcess(`
    interruptible((abort) => new Promise((resolve) => {
      console.log('ready');
      abort.addEventListener('abort', () => setTimeout(() => console.log('ready'), 1100));
      setTimeout(resolve, 60_000);
    }), () => console.log('cleaned'));`, ['SIGINT', 'SIGINT']);
  assert.deepEqual([signal, output], ['SIGINT', 'ready\nready\ncleaned\n']);
  assert.ok(seconds < 3, `${seconds} s`);
});

test('where somebody else handles interruptions, as a kernel does, the process lives on', async () => {
  const {status, output} = await inProcess(`
    process.on('SIGINT', () => {});
    interruptible(() => new Promise((resolve) => {
      console.log('ready');
      setTimeout(() => resolve('its end'), 5000);
    }), () => console.log('cleaned')).catch(({message}) => console.log(message));`, ['SIGINT']);
  assert.deepEqual([status, output], [0, 'ready\ninterrupted by SIGINT; this part is finished\n']);
});

test('an action is called at every interruption until that is ended', async () => {
  const before = listeners();
  (await onInterrupt(() => assert.fail('not interrupted')))();
  assert.deepEqual(listeners(), before);
  const {status, output} = await inProcess(`
    process.on('SIGHUP', () => process.exit(0));
    setTimeout(() => {}, 60_000);
    const forget = onInterrupt(async (name) => {
      (await forget)();
      console.log(name, 'ready');
    });
    forget.then(() => console.log('ready'));`, ['SIGINT', 'SIGHUP']);
  assert.deepEqual([status, output], [0, 'ready\nSIGINT ready\n']);
});

test('interruptions are told from other errors', () => {
  const error = interruptedError('SIGHUP', 'all is well');
  assert.equal(error.message, 'interrupted by SIGHUP; all is well');
  assert.ok(isInterrupted(error));
  for (const other of [new Error('x'), new DOMException('x', 'AbortError'), null, 'SIGINT']) {
    assert.equal(isInterrupted(other), false);
  }
});
