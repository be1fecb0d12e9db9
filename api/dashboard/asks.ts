/** What the page asks over its socket, one by one, and the answers that are none: refusals, and silence. */
import type { Socket } from 'socket.io-client';
import type { ClientToServer, ServerToClient } from '../socket-events.ts';
import { isFields, textIn } from './fields.ts';

/** Names and arguments are the server's own. */
export type PageSocket = Socket<ServerToClient, ClientToServer>;

const ACKNOWLEDGED_WITHIN_MS = 10_000;
/** A server that did not answer in time is asked again, as after a refusal that says when. */
const UNANSWERED = { retryAfterSeconds: 2 };

/** Something was refused; `data` is the acknowledgement, which says when to ask again. */
class AskRefused extends Error {
  readonly data: unknown;
  constructor(message: string, data: unknown) {
    super(message);
    this.data = data;
  }
}

/**
 * What an ask that failed says of when to ask again.
 * @param error what the ask threw
 */
export function refusalIn(error: unknown): unknown {
  return error instanceof AskRefused ? error.data : UNANSWERED;
}

/**
 * Asks for several things at once. What was granted stays so and is not asked for again: else pages that share a budget would take it
 * from each other with every join that is granted in part.
 * @param asks by name
 * @param granted names that were granted on this connection, added to
 * @throws what the first refused ask threw, once all are answered
 */
export async function askAll(
  asks: Readonly<Record<string, () => Promise<unknown>>>,
  granted: Set<string>,
): Promise<void> {
  const wanted = Object.entries(asks).filter(([name]) => !granted.has(name));
  const outcomes = await Promise.allSettled(
    wanted.map(async ([name, ask]) => {
      await ask();
      granted.add(name);
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Asks for a list whose changes are told from then on, or for the running calls alone. */
export async function askList(
  socket: PageSocket,
  event: 'subscribe:calls' | 'subscribe:campaigns' | 'get:active_calls',
): Promise<unknown> {
  return accepted(await socket.timeout(ACKNOWLEDGED_WITHIN_MS).emitWithAck(event));
}

/** Asks to be told of changed buckets. */
export async function askView(socket: PageSocket, view: string, slice: string): Promise<unknown> {
  return accepted(
    await socket.timeout(ACKNOWLEDGED_WITHIN_MS).emitWithAck('subscribe:view', roomOf(view, slice)),
  );
}

/** Asks for everything since a sequence. */
export async function askReplay(socket: PageSocket, from: number): Promise<unknown> {
  return accepted(await socket.timeout(ACKNOWLEDGED_WITHIN_MS).emitWithAck('replay', { from }));
}

/** Asks for a call and what is said in it. */
export async function askCall(socket: PageSocket, callId: string): Promise<unknown> {
  return accepted(await socket.timeout(ACKNOWLEDGED_WITHIN_MS).emitWithAck('subscribe:call', { callId }));
}

/** The room of a view's hours, from now on: what was before is loaded over HTTP. */
export function roomOf(view: string, slice: string) {
  return { view, window: 'hourly', slice, from: new Date().toISOString() };
}

/** An acknowledgement that is no refusal. */
function accepted(answer: unknown): unknown {
  const refusal = isFields(answer) ? textIn(answer, 'error') : null;
  if (refusal !== null) throw new AskRefused(refusal, answer);
  return answer;
}
