/** The log's record of what the system itself learned, for those who learn it and append it: beside the webhooks, the other way in. */
import type { StoredEvent } from './event.ts';
import { callviews, sentimentBody } from './providers/callviews.ts';
import type { Score } from './providers/callviews.ts';
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
  const delivery = { endpoint, target: 'callviews:sentiment.scored', body, headers: {}, receivedAt };
  const [event] = callviews.identify(delivery);
  if (event?.readable !== true) throw new Error('a judgement that cannot be read back');
  const verdict = { ok: true, secretId: 'none', scheme: 'callviews', skewMs: null } as const;
  return recordOf(event, { provider: callviews, settingsVersion: SETTINGS_VERSION, delivery, verdict });
}
