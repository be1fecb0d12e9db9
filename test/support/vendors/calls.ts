/** Calls as both vendors know them and as their webhooks tell of them, and an appender for those webhooks that arrive. */
import type { Db } from 'mongodb';
import { createAppend } from '../../../ingest/append.ts';
import type { StoredEvent } from '../../../ingest/contract.ts';
import { providerOf } from '../../../ingest/providers/index.ts';
import { recordOf } from '../../../ingest/record.ts';
import type { Appendable } from '../../../ingest/record.ts';
import { ACCOUNT_SID, statusParameters } from '../webhooks.ts';
import type { Conversation } from './elevenlabs.ts';
import type { CallResource } from './twilio.ts';

/** A conversation that is over. `startedAt` in whole seconds. */
export function conversationOf(id: string, startedAt: Date, more: Partial<Conversation> = {}): Conversation {
  return {
    conversation_id: id,
    agent_id: 'agent-1',
    status: 'done',
    has_audio: true,
    transcript: [
      { role: 'agent', message: 'Hello.', time_in_call_secs: 0 },
      { role: 'user', message: 'Where is my parcel?', time_in_call_secs: 3 },
    ],
    metadata: {
      start_time_unix_secs: startedAt.getTime() / 1_000,
      call_duration_secs: 60,
      cost: 120,
      termination_reason: 'Call ended by remote party',
    },
    analysis: { call_successful: 'success', transcript_summary: 'A parcel was asked for.' },
    conversation_initiation_client_data: { dynamic_variables: { campaign_id: 'spring' } },
    ...more,
  };
}

/** A Call resource of a leg that is over, with what changes by itself in it. */
export function callOf(number: number, startedAt: Date, more: Partial<CallResource> = {}): CallResource {
  const sid = `CA${number.toString(16).padStart(32, '0')}`;
  return {
    sid,
    account_sid: ACCOUNT_SID,
    parent_call_sid: null,
    status: 'completed',
    direction: 'outbound-api',
    from: '+15550100001',
    to: '+15550100002',
    date_created: rfc2822(startedAt),
    date_updated: rfc2822(new Date()),
    start_time: rfc2822(startedAt),
    end_time: rfc2822(new Date(startedAt.getTime() + 42_000)),
    duration: '42',
    answered_by: null,
    price: '-0.00850',
    price_unit: 'USD',
    uri: `/2010-04-01/Accounts/${ACCOUNT_SID}/Calls/${sid}.json`,
    ...more,
  };
}

/** The webhook that tells of a conversation, a few seconds after its end. */
export function conversationWebhook(conversation: Conversation): Appendable {
  const { start_time_unix_secs: start, call_duration_secs: length } = conversation.metadata;
  const envelope = {
    type: 'post_call_transcription',
    event_timestamp: start + length + 5,
    data: conversation,
  };
  return webhookRecord('elevenlabs', Buffer.from(JSON.stringify(envelope)), (start + length + 6) * 1_000);
}

/** The callback that tells of a leg's end. */
export function callWebhook(call: CallResource): Appendable {
  const endedAt = call.end_time ?? call.date_created;
  const parameters = statusParameters({
    CallSid: call.sid,
    CallStatus: call.status,
    Timestamp: endedAt,
    SequenceNumber: '3',
    CallDuration: typeof call['duration'] === 'string' ? call['duration'] : '',
    ParentCallSid: typeof call['parent_call_sid'] === 'string' ? call['parent_call_sid'] : '',
  });
  const body = Buffer.from(new URLSearchParams(parameters).toString());
  return webhookRecord('twilio', body, Date.parse(endedAt) + 1_000);
}

/** A verified webhook as ingest would store it. */
export function webhookRecord(
  sender: 'elevenlabs' | 'twilio',
  body: Buffer,
  receivedAtMs: number,
): Appendable {
  const provider = providerOf(sender);
  const delivery = {
    endpoint: 'default',
    target: `/webhooks/${sender}`,
    body,
    headers: {},
    receivedAt: new Date(receivedAtMs),
  };
  const [found] = provider?.identify(delivery) ?? [];
  if (provider === undefined || found?.readable !== true) throw new Error('a webhook that cannot be read');
  const verdict = { ok: true, scheme: 'test', secretId: 'test', skewMs: 0 } as const;
  return recordOf(found, { provider, settingsVersion: '1', delivery, verdict });
}

/** Appends webhooks as ingest does. */
export async function arrive(db: Db, webhooks: readonly Appendable[]): Promise<void> {
  const append = createAppend(db.collection<StoredEvent>('events'));
  for (let from = 0; from < webhooks.length; from += 500) await append(webhooks.slice(from, from + 500));
}

/** An instant as Twilio writes it. */
export function rfc2822(at: Date): string {
  return at.toUTCString().replace('GMT', '+0000');
}
