/** The log's record of what the system itself learned, for those who learn it and append it: beside the webhooks, the other way in. */
import type { StoredEvent } from './event.ts';
import { erasureBody } from './providers/callviews-erased.ts';
import type { Erasure } from './providers/callviews-erased.ts';
import { givenUpBody } from './providers/callviews-given-up.ts';
import { retryBody } from './providers/callviews-retried.ts';
import { sentimentBody } from './providers/callviews-scored.ts';
import type { Score } from './providers/callviews-scored.ts';
import { callviews } from './providers/callviews.ts';
import { recordOf } from './record.ts';
import type { Appendable } from './record.ts';

/** What is needed of the event that a judgement is made of. */
export type Judged = Pick<StoredEvent, '_id' | 'partId' | 'endpoint' | 'facts' | 'eventAt'>;

/** Version of the rules that read these bodies back; nobody configures them. */
const SETTINGS_VERSION = '1';

/**
 * The event that tells of a locally scored sentiment. It is at home on the endpoint of the event that was scored, at the time
 * of that event.
 * @param judged the event that was scored, with facts
 * @param found label, score and scorer
 * @param receivedAt now
 * @returns ready for `createAppend`; the same judgement made twice is one event
 */
export function sentimentScored(judged: Judged, found: Score, receivedAt: Date): Appendable {
  const { _id, partId, endpoint, facts, eventAt } = judged;
  if (partId === null || facts === null) throw new Error('an event that speaks of no part cannot be judged');
  const idHex = _id.toString('hex');
  const body = sentimentBody({ idHex, partId, witness: facts.witness, eventAt }, found);
  return ownEvent({ endpoint, body, receivedAt });
}

/**
 * The event that tells that a call was given up, in the part that spoke last.
 * @param last the last event heard of the call, with facts
 * @param receivedAt now
 * @returns ready for `createAppend`; the same call given up twice after the same event is one event
 */
export function callGivenUp(last: Judged, receivedAt: Date): Appendable {
  const { _id, partId, endpoint, facts, eventAt } = last;
  if (partId === null || facts === null) throw new Error('an event that speaks of no part ends no call');
  const body = givenUpBody({ idHex: _id.toString('hex'), partId, witness: facts.witness, eventAt });
  return ownEvent({ endpoint, body, receivedAt });
}

/**
 * The event by which words and numbers of a call are erased.
 * @param erasure which call and how; `at` is a time of an event of the part
 * @param where endpoint of the part, and now
 * @returns ready for `createAppend`; the same erasure asked for twice is one event, or a variant that says the same
 */
export function callErased(erasure: Erasure, where: { endpoint: string; receivedAt: Date }): Appendable {
  return ownEvent({ ...where, body: erasureBody(erasure) });
}

/**
 * The event by which a parked one is folded again, in the order of the log like any other.
 * @param parked the event, and the number of the commit that parked it
 * @param receivedAt now
 * @returns ready for `createAppend`; one parking retried twice is one event
 */
export function eventRetried(
  parked: Pick<StoredEvent, '_id' | 'endpoint' | 'eventAt'> & { parkedBy: number },
  receivedAt: Date,
): Appendable {
  const { _id, endpoint, eventAt, parkedBy } = parked;
  const body = retryBody({ idHex: _id.toString('hex'), eventAt, parkedBy });
  return ownEvent({ endpoint, body, receivedAt });
}

function ownEvent({ endpoint, body, receivedAt }: { endpoint: string; body: Buffer; receivedAt: Date }) {
  const target = 'callviews:own';
  const delivery = { endpoint, target, body, headers: {}, receivedAt };
  const [event] = callviews.identify(delivery);
  if (event?.readable !== true) throw new Error('an event of our own that cannot be read back');
  delivery.target = `callviews:${event.type}`;
  const verdict = { ok: true, secretId: 'none', scheme: 'callviews', skewMs: null } as const;
  return recordOf(event, { provider: callviews, settingsVersion: SETTINGS_VERSION, delivery, verdict });
}
