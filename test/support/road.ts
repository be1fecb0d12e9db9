/** The road of an event on real processes: ingest, projector and api as children, on one test database. */
import { startProcess, type RunningProcess } from './processes.ts';
import type { World } from './world.ts';

/** The senders' secrets on a test's road. */
export const SECRETS = {
  elevenlabs: 'wsec_pipeline_test_secret',
  twilio: '0123456789abcdef0123456789abcdef',
  standard: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
};

/**
 * Starts ingest, projector and api on one world and waits until they serve.
 * @param world a prepared database
 * @returns their addresses, and how to start another; disposing it kills them
 */
export async function openRoad(world: World) {
  const env = {
    MONGODB_URI: world.uri,
    MONGODB_DATABASE: world.database,
    ELEVENLABS_WEBHOOK_SECRET: SECRETS.elevenlabs,
    TWILIO_AUTH_TOKEN: SECRETS.twilio,
    STANDARD_WEBHOOK_SECRET: SECRETS.standard,
  };
  const running: RunningProcess[] = [];
  const start = (name: 'ingest' | 'projector' | 'api'): RunningProcess => {
    const one = startProcess({ name, env });
    running.push(one);
    return one;
  };
  const [projector, api, ingest] = [start('projector'), start('api'), start('ingest')];
  await projector.said('lease taken');
  const apiUrl = `http://127.0.0.1:${String((await api.said('listening')).port)}`;
  const ingestUrl = `http://127.0.0.1:${String((await ingest.said('listening')).port)}`;
  const stop = async (): Promise<void> => {
    for (const one of running) await one[Symbol.asyncDispose]();
  };
  return { apiUrl, ingestUrl, start, projector, [Symbol.asyncDispose]: stop };
}
