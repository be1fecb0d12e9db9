/** The writes of a drain, kept as they went to the server, and sent again alone: what is left of a projector that reads and folds nothing. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { BSON, type ClientSession, type Db, type Document, type MongoClient } from 'mongodb';
import { TRANSACTION } from '../../../projector/project.ts';
import type { Backlog } from './projectors.ts';

/** A command, and the number of its transaction, null where it was in none. */
type Recorded = { transaction: number | null; command: Document };

const WRITES = new Set(['insert', 'update', 'delete', 'findAndModify', 'commitTransaction']);
/** What belongs to the connection and the session it was sent in. */
const OF_THE_SENDER = new Set([
  ...['$db', '$clusterTime', 'lsid', 'txnNumber', 'startTransaction', 'autocommit', 'readConcern'],
  ...['writeConcern', '$readPreference', 'maxTimeMS'],
]);

/**
 * Writes down what a client writes.
 * @param client with its commands monitored
 * @param file BSON documents, one after the other
 * @returns ends the file
 */
export function record(client: MongoClient, file: string): () => Promise<void> {
  const out: WriteStream = createWriteStream(file);
  client.on('commandStarted', ({ commandName, command }: { commandName: string; command: Document }) => {
    if (!WRITES.has(commandName)) return;
    const transaction = command.autocommit === false ? Number(command.txnNumber) : null;
    const kept = Object.fromEntries(Object.entries(command).filter(([field]) => !OF_THE_SENDER.has(field)));
    out.write(BSON.serialize({ transaction, command: kept } satisfies Recorded, { ignoreUndefined: true }));
  });
  return async () => {
    out.end();
    await once(out, 'close');
  };
}

/** Reads what was written down. */
export async function readRecorded(file: string): Promise<Recorded[]> {
  const bytes = await readFile(file);
  const commands: Recorded[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + bytes.readInt32LE(at);
    commands.push(BSON.deserialize(bytes.subarray(at, end)) as Recorded);
    at = end;
  }
  return commands;
}

/**
 * Sends the same commands in the same transactions again.
 * @returns how many events they were of
 * @throws where one of them finds another database than it found the first time
 */
export async function replay(
  { client, db, wanted }: Pick<Backlog, 'client' | 'db' | 'wanted'>,
  commands: readonly Recorded[],
): Promise<number> {
  const session = client.startSession();
  for (const { transaction, command } of commands) {
    if ('commitTransaction' in command) {
      await session.commitTransaction();
      continue;
    }
    if (transaction !== null && !session.inTransaction()) session.startTransaction(TRANSACTION);
    await send(db, command, transaction === null ? undefined : session);
  }
  await session.endSession();
  return wanted;
}

async function send(db: Db, command: Document, session: ClientSession | undefined): Promise<void> {
  const reply = await db.command(command, { ...(session !== undefined && { session }) });
  const asked = (command.updates ?? command.documents ?? [null]) as unknown[];
  const { n, lastErrorObject } = reply as { n?: number; lastErrorObject?: { n: number } };
  const done = n ?? lastErrorObject?.n ?? 0;
  if (session !== undefined && done !== asked.length)
    throw new Error(`${asked.length} writes of ${Object.keys(command)[0] ?? ''} did ${done}`);
}
