/** Writes campaigns: each change is based on a revision that the client has seen, and raises it. */
import { randomUUID } from 'node:crypto';
import { MongoServerError, ObjectId, type Collection, type Db, type MatchKeysAndValues } from 'mongodb';
import { isOver, statusAfter, type Action } from '../campaigns.ts';
import { Refusal } from '../refusal.ts';
import type { StoredCampaign, StoredTarget } from '../schema.ts';
import { whileThere } from './snapshot.ts';

/** What a client may say of a campaign. */
export type CampaignFields = {
  name: string;
  key?: string | undefined;
  agentId?: string | null | undefined;
  provider?: string | null | undefined;
  scheduledAt?: Date | null | undefined;
  goals?: string[] | undefined;
};

/** The writes. Each throws a Refusal (404, 409, 412), or DatabaseAway where the database cannot be asked. */
export type CampaignWrites = {
  create(fields: CampaignFields): Promise<StoredCampaign>;
  change(id: string, revision: number, fields: Partial<CampaignFields>): Promise<StoredCampaign>;
  act(id: string, revision: number, action: Action): Promise<StoredCampaign>;
  remove(id: string, revision: number): Promise<void>;
  /** Puts these numbers in the place of those there are. */
  retarget(id: string, revision: number, numbers: readonly string[]): Promise<StoredCampaign>;
};

const DURABLE = { writeConcern: { w: 'majority', journal: true } } as const;
const KEY_TAKEN = 11_000;
const STALE = 'The campaign has changed since: read it again';
/** Documents of one insert. */
const BATCH = 5_000;

/**
 * Makes the writes.
 * @param db a prepared database
 * @returns the writes
 */
export function createCampaignWrites(db: Db): CampaignWrites {
  const campaigns: Collection<StoredCampaign> = db.collection('campaigns');
  const targets = db.collection<StoredTarget>('campaign_targets');
  const present = async (id: string, revision: number): Promise<StoredCampaign> => {
    const held = await campaigns.findOne({ _id: id }, { readConcern: { level: 'majority' } });
    if (held === null) throw new Refusal('No campaign has this id', 404);
    if (held.revision !== revision) throw new Refusal(STALE, 412);
    return held;
  };
  const save = async (
    { _id, revision }: StoredCampaign,
    fields: MatchKeysAndValues<StoredCampaign>,
  ): Promise<StoredCampaign> => {
    const $set = { ...fields, revision: revision + 1, updatedAt: new Date() };
    // The revision is compared by the server: of two who saw the same one, one comes too late.
    const saved = await unlessTaken(() =>
      campaigns.findOneAndUpdate({ _id, revision }, { $set }, { ...DURABLE, returnDocument: 'after' }),
    );
    if (saved === null) throw new Refusal(STALE, 412);
    return saved;
  };

  return {
    create: ({ name, key, agentId = null, provider = null, scheduledAt = null, goals = [] }) =>
      whileThere(async () => {
        const _id = randomUUID();
        const at = new Date();
        const campaign: StoredCampaign = {
          ...{
            _id,
            key: key ?? _id,
            name,
            status: scheduledAt === null ? 'draft' : 'scheduled',
            revision: 1,
          },
          ...{ agentId, provider, scheduledAt, goals, targets: 0, targetSet: null },
          ...{ createdAt: at, updatedAt: at, startedAt: null, endedAt: null },
        };
        await unlessTaken(() => campaigns.insertOne(campaign, DURABLE));
        return campaign;
      }),
    change: (id, revision, fields) =>
      whileThere(async () => {
        const held = await present(id, revision);
        if (isOver(held.status)) throw new Refusal(`A ${held.status} campaign is not changed any more`, 409);
        const isUnstarted = held.status === 'draft' || held.status === 'scheduled';
        if (!isUnstarted && (fields.key !== undefined || fields.scheduledAt !== undefined))
          throw new Refusal(`key and scheduledAt of a ${held.status} campaign are not changed any more`, 409);
        const given = Object.entries(fields).filter(([, value]) => value !== undefined);
        const { scheduledAt } = fields;
        const status = scheduledAt === undefined ? held.status : scheduledAt === null ? 'draft' : 'scheduled';
        return save(held, { ...Object.fromEntries(given), status });
      }),
    act: (id, revision, action) =>
      whileThere(async () => {
        const held = await present(id, revision);
        const status = statusAfter(held.status, action);
        const at = new Date();
        return save(held, {
          status,
          ...(action === 'start' && { startedAt: at }),
          ...(isOver(status) && { endedAt: at }),
        });
      }),
    remove: (id, revision) =>
      whileThere(async () => {
        const held = await present(id, revision);
        if (held.status === 'running' || held.status === 'paused')
          throw new Refusal(`A ${held.status} campaign is not deleted: complete or cancel it first`, 409);
        const { deletedCount } = await campaigns.deleteOne({ _id: id, revision }, DURABLE);
        if (deletedCount === 0) throw new Refusal(STALE, 412);
        await targets.deleteMany({ campaignId: id });
      }),
    retarget: (id, revision, numbers) =>
      whileThere(async () => {
        const held = await present(id, revision);
        if (isOver(held.status)) throw new Refusal(`A ${held.status} campaign is not changed any more`, 409);
        // The campaign names the set only when all of it is there: nobody sees half of one.
        const set = new ObjectId().toHexString();
        try {
          for (let from = 0; from < numbers.length; from += BATCH) {
            const batch = numbers.slice(from, from + BATCH);
            const documents = batch.map((number) => ({ _id: new ObjectId(), campaignId: id, set, number }));
            await targets.insertMany(documents, { ordered: false, ...DURABLE });
          }
          const saved = await save(held, { targets: numbers.length, targetSet: set });
          await targets.deleteMany({ campaignId: id, set: { $ne: set } });
          return saved;
        } catch (error) {
          // Came too late: another write stands.
          if (error instanceof Refusal) await targets.deleteMany({ campaignId: id, set });
          throw error;
        }
      }),
  };
}

async function unlessTaken<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof MongoServerError && error.code === KEY_TAKEN)) throw error;
    throw new Refusal('Another campaign has this key', 409);
  }
}
