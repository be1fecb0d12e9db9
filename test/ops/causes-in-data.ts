/** Causes of alerts that come with what is sent, what is stored, and what a vendor answers. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Db, Document } from 'mongodb';
import { PROJECTOR_SCHEMA } from '../../projector/schema.ts';
import { conversationOf } from '../support/vendors/calls.ts';
import { elevenlabsRequest, standardRequest, TEST_SECRETS, type TestRequest } from '../support/webhooks.ts';
import { again, type Cause, type Stage } from './cause.ts';
import { until } from './running.ts';

/** The views in use. */
const VIEWS = ['outcome_hourly', 'outcome_daily'] as const;
/** More than one address may fail at once, see `FLOOD_LIMITS`. */
const FORGED = 400;

/**
 * A conversation as ElevenLabs reports it.
 * @param id of the conversation
 */
export function conversationRequest(id: string): TestRequest {
  const now = new Date(Math.floor(Date.now() / 1_000) * 1_000);
  return elevenlabsRequest({
    type: 'post_call_transcription',
    event_timestamp: now.getTime() / 1_000,
    data: conversationOf(id, now),
  });
}

/**
 * Sends a webhook.
 * @param stage whose ingest
 * @param request signed
 */
export async function send(
  { product }: Pick<Stage, 'product'>,
  { target, headers, body }: TestRequest,
): Promise<void> {
  await fetch(product.ingestUrl + target, { method: 'POST', headers, body: new Uint8Array(body) });
}

let sent = 0;
const standard = (body: object | Buffer, secret: string): TestRequest =>
  standardRequest(`msg_cause_${(sent += 1)}`, body, { secret });
const forged = (): TestRequest => standard({ type: 'x' }, TEST_SECRETS.standard[1]);

/** Has the server refuse documents of a collection beyond what its validator does, or takes that back. */
async function refuse(db: Db, name: string, but: Document | null): Promise<void> {
  const $jsonSchema = PROJECTOR_SCHEMA.find((one) => one.name === name)?.validator;
  const validator = but === null ? { $jsonSchema } : { $and: [{ $jsonSchema }, but] };
  await db.command({ collMod: name, validator });
}

/**
 * What is sent, and what a vendor answers.
 * @param stage what runs
 */
export function sentCauses(stage: Stage) {
  const { db, elevenlabs, product } = stage;
  let stop = (): Promise<void> => Promise.resolve();
  return {
    signature: {
      what: 'a sender signs with another secret',
      alerts: ['SignatureFailures'],
      act: () => {
        stop = again(100, () => send(stage, forged()));
        return Promise.resolve();
      },
      undo: () => stop(),
    },
    quarantine: {
      what: 'a rightly signed body is no JSON',
      alerts: ['QuarantineNotEmpty'],
      act: () => send(stage, standard(Buffer.from('no JSON'), TEST_SECRETS.standard[0])),
      async undo() {
        await db.collection('quarantine').deleteMany({});
      },
    },
    rejected: {
      what: `${FORGED} wrongly signed requests come at once from one address`,
      alerts: ['RejectedNotKept'],
      async act() {
        await Promise.all(Array.from({ length: FORGED }, () => send(stage, forged())));
      },
    },
    vendor: {
      what: 'ElevenLabs lists a call in progress and answers 500 when asked for it',
      alerts: ['ReconcileFailing', 'JobMissed'],
      act() {
        const now = new Date(Math.floor(Date.now() / 1_000) * 1_000);
        elevenlabs.conversations.set('conv_500', conversationOf('conv_500', now, { status: 'in-progress' }));
        elevenlabs.broken = { path: /conv_500$/, fault: 500 };
        return Promise.resolve();
      },
      undo() {
        elevenlabs.broken = null;
        return Promise.resolve();
      },
    },
    drift: {
      what: 'buckets are altered by hand behind the projector’s back; the audit of the next minute recounts them; set right, jobs restarted',
      alerts: ['ViewsDrift'],
      async act() {
        await until('a bucket', async () => (await db.collection('outcome_hourly').findOne()) ?? undefined);
        await db.collection('outcome_hourly').updateMany({}, { $inc: { total: 7 } });
      },
      async undo() {
        await db.collection('outcome_hourly').updateMany({ total: { $gte: 7 } }, { $inc: { total: -7 } });
        await product.restart('jobs');
      },
    },
  } satisfies Record<string, Cause>;
}

/**
 * What is stored, and what the database takes.
 * @param stage what runs
 */
export function storedCauses(stage: Stage) {
  const { db, product } = stage;
  const bent = new Date('2026-01-15T00:00:00Z');
  return {
    parked: {
      what: 'the server refuses one call for ever, by a validator',
      alerts: ['EventsParked'],
      async act() {
        await refuse(db, 'calls', { callId: { $ne: 'standard:default:refused' } });
        await product.report('refused');
      },
      undo: () => refuse(db, 'calls', null),
    },
    textFailed: {
      what: 'the server refuses one transcript for ever, by a validator',
      alerts: ['TextFailed'],
      async act() {
        await refuse(db, 'transcripts', { _id: { $ne: 'elevenlabs:refused' } });
        await send(stage, conversationRequest('refused'));
      },
      undo: () => refuse(db, 'transcripts', null),
    },
    malformed: {
      what: 'a bucket holds a word for a number, written by hand, and is asked for',
      alerts: ['MalformedRows'],
      async act() {
        for (const name of VIEWS)
          await db
            .collection(name)
            .insertOne({ _id: { d: 'all', k: null, at: bent }, revision: 1, calls: 'many' } as never, {
              bypassDocumentValidation: true,
            });
        const days = 'startDate=2026-01-14&endDate=2026-01-16';
        await fetch(`${product.apiUrl}/api/db/analytics/outcomes?${days}`);
      },
      async undo() {
        for (const name of VIEWS) await db.collection(name).deleteMany({ '_id.at': bent });
      },
    },
    text: {
      what: 'a view stands where the transcripts were, so that none can be written',
      alerts: ['TextBehind'],
      async act() {
        await db.renameCollection('transcripts', 'transcripts_before');
        await db.createCollection('transcripts', { viewOn: 'transcripts_before', pipeline: [] });
      },
      async undo() {
        await db.collection('transcripts').drop();
        await db.renameCollection('transcripts_before', 'transcripts');
      },
    },
    history: {
      what: 'the projector is killed and its token made one that the server does not know; it starts again',
      alerts: ['HistoryLost'],
      async act() {
        const gone = new Promise((resolve) => product.processes.projector.child.once('exit', resolve));
        product.processes.projector.child.kill('SIGKILL');
        await gone;
        const token = { _data: 'none of this server' };
        await db
          .collection<{ _id: string }>('checkpoints')
          .updateOne({ _id: 'views' }, { $set: { 'position.token': token } });
        await sleep(1_000);
        await product.restart('projector');
      },
    },
  } satisfies Record<string, Cause>;
}
