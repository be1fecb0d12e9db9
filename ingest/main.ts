/** The ingest process: signed webhooks in, the log down. As many as there are cores may run side by side. */
import { loadConfig } from '../ops/process/config.ts';
import { watchDriver } from '../ops/process/driver-metrics.ts';
import { listen } from '../ops/process/http.ts';
import { createLog } from '../ops/process/log.ts';
import { connectMongo } from '../ops/process/mongo.ts';
import { startOperationsPort } from '../ops/process/port.ts';
import { run } from '../ops/process/run.ts';
import { checkSchema } from '../ops/process/schema.ts';
import { keepSettings } from './endpoint-settings.ts';
import { createEndpoints, namedEndpoints } from './endpoints.ts';
import { createIngestMetrics } from './metrics.ts';
import { observe } from './observe.ts';
import { INGEST_SCHEMA } from './schema.ts';
import { createIngest } from './server.ts';
import { INGEST_SETTINGS, optionsOf, secretsOf } from './settings.ts';
import { sweepSpool } from './spool.ts';

await run('ingest', async ({ defer, checkOnly }) => {
  const config = loadConfig(INGEST_SETTINGS);
  if (checkOnly) return 'finished';
  const log = createLog('ingest', config.LOG_LEVEL);
  const metrics = createIngestMetrics();
  const mongo = await connectMongo({
    uri: config.MONGODB_URI,
    database: config.MONGODB_DATABASE,
    appName: 'callviews-ingest',
    log,
  });
  defer('mongo', () => mongo.close());
  watchDriver(mongo.client, metrics.registry);
  await checkSchema(mongo.db, INGEST_SCHEMA);
  const named = await keepSettings(mongo.db, namedEndpoints(config.ENDPOINTS_FILE));
  await sweepSpool(config.INGEST_SPOOL_FOLDER);
  const ingest = createIngest({
    db: mongo.db,
    endpoints: createEndpoints(secretsOf(config), named),
    observer: observe(metrics, log),
    ...optionsOf(config),
  });
  const operations = await startOperationsPort({
    host: config.OPS_HOST,
    port: config.INGEST_OPS_PORT,
    registry: metrics.registry,
    isReady: () => ingest.hasRoom() || 'the queue is full',
    log,
  });
  defer('operations port', () => operations.close());
  const port = await listen(ingest.server, config.INGEST_HOST, config.INGEST_PORT);
  defer('webhooks', ingest.stop);
  log.info({ host: config.INGEST_HOST, port }, 'listening');
  return undefined;
});
