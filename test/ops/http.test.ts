/** Stopping an HTTP server: requests in flight end, and nobody who never asked for anything holds it up. */
import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { closeServer, listen } from '../../ops/process/http.ts';

test('a connection that has sent nothing does not hold up a stop, and a request under way is answered', async () => {
  const server = createServer((_, response) => setTimeout(() => response.end('late'), 200));
  const port = await listen(server, '127.0.0.1', 0);
  const silent = connect(port, '127.0.0.1');
  await once(silent, 'connect');
  const answer = fetch(`http://127.0.0.1:${port}/`);
  await once(server, 'request');
  const closed = closeServer(server).then(() => 'closed');
  expect(await (await answer).text()).toBe('late');
  const late = new Promise((resolve) => setTimeout(resolve, 2_000, 'still open'));
  expect(await Promise.race([closed, late])).toBe('closed');
  silent.destroy();
});

test('a port in use is told in a sentence', async () => {
  const server = createServer();
  const port = await listen(server, '127.0.0.1', 0);
  await expect(listen(createServer(), '127.0.0.1', port)).rejects.toThrow('is in use by another program');
  await closeServer(server);
});
