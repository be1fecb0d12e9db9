/** The projector process: one writer of the views and one of text, and as many standbys as are started beside it. */
import { randomUUID } from 'node:crypto';
import { loadConfig } from '../ops/process/config.ts';
import { watchDriver } from '../ops/process/driver-metrics.ts';
import { createLog } from '../ops/process/log.ts';
import { connectMongo } from '../ops/process/mongo.ts';
import { startOperationsPort } from '../ops/process/port.ts';
import { run } from '../ops/process/run.ts';
import { checkSchema } from '../ops/process/schema.ts';
import { runProjector } from './follow.ts';
import { createProjectorMetrics } from './metrics.ts';
import { observe, observeRunway, observeText } from './observe.ts';
import { PROJECTOR_SCHEMA, schemaOfVersion } from './schema.ts';
import { PROJECTOR_SETTINGS } from './settings.ts';
import { runText } from './text/follow.ts';
import { readPointer, versionsFollowed } from './version.ts';
import { watchRunway } from './watch-runway.ts';

await run('projector', async ({ defer, signal, checkOnly, fail }) => {
  const config = loadConfig(PROJECTOR_SETTINGS);
  if (checkOnly) return 'finished';
  const log = createLog('projector', config.LOG_LEVEL);
  const metrics = createProjectorMetrics();
  const mongo = await connectMongo({
    uri: config.MONGODB_URI,
    database: config.MONGODB_DATABASE,
    appName: 'callviews-projector',
    log,
  });
  defer('mongo', mongo.close);
  watchDriver(mongo.client, metrics.registry);
  await checkSchema(mongo.db, PROJECTOR_SCHEMA);
  for (const { version } of versionsFollowed(await readPointer(mongo.db.collection('pointers'))))
    if (version > 1) await checkSchema(mongo.db, schemaOfVersion(version));
  const operations = await startOperationsPort({
    host: config.OPS_HOST,
    port: config.PROJECTOR_OPS_PORT,
    registry: metrics.registry,
    isReady: mongo.ready,
    log,
  });
  defer('operations port', operations.close);
  const asking = { client: mongo.client, db: mongo.db, holder: randomUUID() };
  const views = { ...asking, name: 'views', session: mongo.client.startSession() };
  const projecting = runProjector({ applicant: views, log, observer: observe(metrics, log), signal });
  projecting.catch(fail);
  defer('projector', () => projecting);
  const text = { ...asking, name: 'text', session: mongo.client.startSession() };
  const texting = runText({ applicant: text, log, observer: observeText(metrics), signal });
  texting.catch((error: unknown) => log.error({ err: error }, 'the text tail ended; the numbers go on'));
  defer('text', () => texting);
  const watching = watchRunway({ db: mongo.db, log, found: observeRunway(metrics), signal });
  defer('runway', () => watching);
  log.info('ready');
  return undefined;
});
