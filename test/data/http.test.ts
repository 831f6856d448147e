import assert from 'node:assert/strict';
import {createServer} from 'node:http';
import type {IncomingMessage, ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {after, before, test} from 'node:test';
import {fetchBytes} from '../../src/data/http';

const answers: Record<string, (response: ServerResponse) => void> = {
  '/whole': (response) => response.end(Buffer.from([1, 2, 3])),
  '/silent': () => {},
  '/stalls': (response) => {
    response.writeHead(200, {'content-length': '1000'});
    response.write('beginning');
  },
  '/cut': (response) => {
    response.writeHead(200, {'content-length': '1000'});
    response.write('beginning', () => response.destroy());
  },
  '/endless': (response) => {
    const more = (): void => {
      if (!response.destroyed) response.write(Buffer.alloc(4096), () => setImmediate(more));
    };
    more();
  },
};
const server = createServer(({url}: IncomingMessage, response) => {
  const answer = answers[url ?? ''];
  if (answer === undefined) response.writeHead(404).end();
  else answer(response);
});
let base: string;
before(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

test('fetchBytes returns the body and counts its bytes', async () => {
  const counts: number[] = [];
  const body = await fetchBytes(`${base}/whole`, {onBytes: (received) => counts.push(received)});
  assert.deepEqual([...body], [1, 2, 3]);
  assert.equal(counts.at(-1), 3);
});

test('an address that never answers, or stops in the middle, is given up', async () => {
  const begin = performance.now();
  await assert.rejects(fetchBytes(`${base}/silent`, {answerTimeoutMs: 100}),
      {message: `${base}/silent: no answer within 0.1 s`});
  await assert.rejects(fetchBytes(`${base}/stalls`, {stallTimeoutMs: 100}),
      {message: `${base}/stalls: no answer within 0.1 s`});
  assert.ok(performance.now() - begin < 5000);
});

test('a missing page, a broken connection and an endless answer are told apart', async () => {
  await assert.rejects(fetchBytes(`${base}/none`), {message: `${base}/none: HTTP status 404`});
  await assert.rejects(fetchBytes(`${base}/cut`), /\/cut: terminated/);
  await assert.rejects(fetchBytes(`${base}/endless`, {maxBytes: 10_000}),
      {message: `${base}/endless: more than the expected 10000 bytes`});
});

test('nobody listening is reported with the reason', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => closed.once('listening', listening));
  const {port} = closed.address() as AddressInfo;
  await new Promise((done) => closed.close(done));
  await assert.rejects(fetchBytes(`http://127.0.0.1:${port}/`), /ECONNREFUSED/);
});
