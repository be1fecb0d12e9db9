/** The api process: views out, over HTTP and Socket.IO, with the dashboard. As many as there are cores may run side by side. */
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../ops/process/config.ts';
import { watchDriver } from '../ops/process/driver-metrics.ts';
import { closeServer, listen } from '../ops/process/http.ts';
import { createLog } from '../ops/process/log.ts';
import { connectMongo } from '../ops/process/mongo.ts';
import { startOperationsPort } from '../ops/process/port.ts';
import { run } from '../ops/process/run.ts';
import { checkSchema } from '../ops/process/schema.ts';
import { createApi } from './build.ts';
import { createApiMetrics } from './metrics.ts';
import { quarantinedIn } from './repositories/status.repository.ts';
import { ROUTE_PATHS } from './routes/index.ts';
import { API_SCHEMA } from './schema.ts';
import { API_SETTINGS } from './settings.ts';

/** Beside the compiled process, or where the build puts it when run from source. */
const DASHBOARD = import.meta.url.endsWith('.ts') ? '../dist/dashboard' : '../dashboard';

await run('api', async ({ defer, signal, checkOnly, fail }) => {
  const config = loadConfig(API_SETTINGS);
  if (checkOnly) return 'finished';
  const log = createLog('api', config.LOG_LEVEL);
  const mongo = await connectMongo({
    uri: config.MONGODB_URI,
    database: config.MONGODB_DATABASE,
    appName: 'callviews-api',
    log,
  });
  defer('mongo', mongo.close);
  const metrics = createApiMetrics(ROUTE_PATHS, () => quarantinedIn(mongo.db, log));
  watchDriver(mongo.client, metrics.registry);
  await checkSchema(mongo.db, API_SCHEMA);
  const dashboard = fileURLToPath(new URL(DASHBOARD, import.meta.url));
  const api = createApi({ db: mongo.db, log, metrics, dashboard, config });
  const { API_HOST: host, API_OPS_PORT: opsPort, OPS_HOST: opsHost } = config;
  const operations = await startOperationsPort({
    host: opsHost,
    port: opsPort,
    registry: metrics.registry,
    isReady: mongo.ready,
    log,
  });
  defer('operations port', operations.close);
  await api.follower.begin();
  const following = api.follower.run(signal);
  following.catch(fail);
  defer('updates', () => following);
  defer('cache', api.cache.close);
  const port = await listen(api.server, host, config.API_PORT);
  defer('requests', () => closeServer(api.server));
  defer('sockets', () => api.io.close());
  log.info({ host, port }, 'listening');
  return undefined;
});
