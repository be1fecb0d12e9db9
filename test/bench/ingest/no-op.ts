/** The limit of the HTTP part: ingest's own handler in a process of its own, over a store that says yes to everything. */
import type { Db } from 'mongodb';
import { createEndpoints } from '../../../ingest/endpoints.ts';
import { createIngestMetrics } from '../../../ingest/metrics.ts';
import { observe } from '../../../ingest/observe.ts';
import { createIngest } from '../../../ingest/server.ts';
import { listen } from '../../../ops/process/http.ts';
import { createLog } from '../../../ops/process/log.ts';

const [secret = ''] = process.argv.slice(2);
const collection = { insertMany: () => Promise.resolve({}), insertOne: () => Promise.resolve({}) };
const db = { collection: () => collection } as unknown as Db;
const ingest = createIngest({
  db,
  endpoints: createEndpoints(new Map([['elevenlabs', [{ id: 'bench', value: secret }]]])),
  observer: observe(createIngestMetrics(), createLog('no-op', 'warn')),
  publicUrl: null,
});
const port = await listen(ingest.server, '127.0.0.1', 0);
process.stdout.write(`${JSON.stringify({ msg: 'listening', port })}\n`);
