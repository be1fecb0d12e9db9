/** Keeps every version of the endpoints' interpretation settings, so that an event can be read again for ever by those it came under. */
import type { Db } from 'mongodb';
import type { Endpoint } from './endpoints.ts';
import { DEFAULT_SETTINGS, settingsText, settingsVersion } from './interpret-settings.ts';
import type { InterpretSettings } from './interpret-settings.ts';

/** One document of `endpoint_settings`: `_id` is the version, `settings` the canonical JSON that it is the hash of. */
export type KeptSettings = { _id: string; settings: string; keptAt: Date };

/** Finds settings by the version that stands with an event; null for a version that was never kept. */
export type SettingsOf = (version: string) => Promise<InterpretSettings | null>;

const COLLECTION = 'endpoint_settings';
const ID_TAKEN = 11_000;

/**
 * Keeps the settings of all endpoints, before the first event is stored under them. What is kept is never changed.
 * @param db the database
 * @param endpoints those that are served
 * @returns the same endpoints
 */
export async function keepSettings(db: Db, endpoints: readonly Endpoint[]): Promise<readonly Endpoint[]> {
  const collection = db.collection<KeptSettings>(COLLECTION);
  const versions = new Map(endpoints.map((one) => [one.settingsVersion, settingsText(one.settings)]));
  versions.delete(settingsVersion(DEFAULT_SETTINGS));
  for (const [_id, settings] of versions) {
    try {
      await collection.insertOne(
        { _id, settings, keptAt: new Date() },
        { writeConcern: { w: 'majority', journal: true } },
      );
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === ID_TAKEN;
      if (!taken) throw new Error(`keeping endpoint settings ${_id}`, { cause: error });
    }
  }
  return endpoints;
}

/**
 * Makes the look-up that goes with `interpret`; the few versions there are stay in memory.
 * @param db the database
 */
export function createSettingsOf(db: Db): SettingsOf {
  const collection = db.collection<KeptSettings>(COLLECTION);
  const known = new Map<string, InterpretSettings>([[settingsVersion(DEFAULT_SETTINGS), DEFAULT_SETTINGS]]);
  return async (version) => {
    const held = known.get(version);
    if (held !== undefined) return held;
    const kept = await collection.findOne({ _id: version });
    if (kept === null) return null;
    const settings = JSON.parse(kept.settings) as InterpretSettings;
    known.set(version, settings);
    return settings;
  };
}
