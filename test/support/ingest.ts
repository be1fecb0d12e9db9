/** Ingest as a test builds it: over a prepared database, on a free port, with a record of what it was told and a raw HTTP client. */
import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import type { Db } from 'mongodb';
import { createEndpoints } from '../../ingest/endpoints.ts';
import { createIngest } from '../../ingest/server.ts';
import type { Ingest, IngestParts } from '../../ingest/server.ts';
import { INGEST_SCHEMA } from '../../ingest/schema.ts';
import { listen } from '../../ops/process/http.ts';
import { ensureSchema } from '../../ops/process/schema.ts';
import { TEST_SECRETS } from './webhooks.ts';
import type { TestRequest } from './webhooks.ts';

/** A database with the collections of ingest; disposing it drops it. */
export type IngestDatabase = { client: MongoClient; db: Db; [Symbol.asyncDispose](): Promise<void> };

/**
 * Opens a fresh database with the collections of ingest alone.
 * @throws when the test run has started no replica set
 */
export async function openIngestDatabase(): Promise<IngestDatabase> {
  const uri = process.env.CALLVIEWS_TEST_MONGODB_URI;
  if (uri === undefined) throw new Error('no test replica set: run through `npm test`, which starts one');
  const client = new MongoClient(uri, { ignoreUndefined: true, serverSelectionTimeoutMS: 5_000 });
  await client.connect();
  const db = client.db(`test_${randomUUID().slice(0, 8)}`);
  await ensureSchema(db, INGEST_SCHEMA);
  return {
    client,
    db,
    [Symbol.asyncDispose]: async () => {
      await db.dropDatabase();
      await client.close();
    },
  };
}

/** An answer, read to its end. */
export type TestAnswer = { status: number; headers: IncomingHttpHeaders; text: string };

/** A running ingest. */
export type RunningIngest = {
  ingest: Ingest;
  port: number;
  /** What the observer was told, as `name:detail`. */
  told: string[];
  post: (request: TestRequest, method?: string) => Promise<TestAnswer>;
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * Starts ingest.
 * @param parts the database, and what differs from the usual
 */
export async function startIngest(
  parts: Pick<IngestParts, 'db'> & Partial<IngestParts>,
): Promise<RunningIngest> {
  const told: string[] = [];
  const ingest = createIngest({
    endpoints: createEndpoints(
      new Map(
        Object.entries(TEST_SECRETS).map(([name, secrets]) => [
          name,
          secrets.map((value, at) => ({ id: `secret-${at + 1}`, value })),
        ]),
      ),
    ),
    publicUrl: 'https://public.example',
    observer: {
      decided: (provider, fate) => told.push(`${provider ?? 'none'}:${fate}`),
      acknowledged: () => undefined,
      flushed: (documents) => told.push(`flushed:${documents}`),
      queued: () => undefined,
      crowded: () => told.push('crowded'),
      refused: (_endpoint, cause) => told.push(`refused:${cause}`),
      lost: (how) => told.push(`lost:${how}`),
      failed: (doing, error) => told.push(`failed:${doing}:${String(error)}`),
    },
    ...parts,
  });
  const port = await listen(ingest.server, '127.0.0.1', 0);
  return {
    ingest,
    port,
    told,
    post: (request, method = 'POST') => send(port, request, method),
    [Symbol.asyncDispose]: async () => {
      ingest.server.closeIdleConnections();
      await ingest.stop();
    },
  };
}

function send(port: number, { target, headers, body }: TestRequest, method: string): Promise<TestAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ host: '127.0.0.1', port, path: target, method, headers, agent: false });
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
