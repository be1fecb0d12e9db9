/** The client of the api's bench, a process of its own: asks one address again and again over one connection, and says how long each took. */
import { Agent, request } from 'node:http';

/** What the bench asks for. */
export type Order = { url: string; headers: Record<string, string>; times: number };
/** What it is told: µs of each request, in order, and the status of the last. */
export type Report = { tookUs: number[]; status: number };

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

process.on('message', (order: Order) => {
  void (async () => {
    const tookUs: number[] = [];
    let status = 0;
    for (let n = 0; n < order.times; n += 1) {
      const beganMs = performance.now();
      status = await ask(order);
      tookUs.push((performance.now() - beganMs) * 1_000);
    }
    process.send?.({ tookUs, status } satisfies Report);
  })();
});

function ask({ url, headers }: Order): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .end();
  });
}
