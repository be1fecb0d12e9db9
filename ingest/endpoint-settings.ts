/** Keeps every version of the endpoints' interpretation settings, so that an event can be read again for ever by those it came under. */
import type { Collection } from 'mongodb';
import type { Endpoint } from './endpoints.ts';
import { DEFAULT_SETTINGS, settingsText, settingsVersion } from './interpret-settings.ts';
import type { InterpretSettings } from './interpret-settings.ts';

/** One document of `endpoint_settings`: `_id` is the version, `settings` the canonical JSON that it is the hash of. */
export type KeptSettings = { _id: string; settings: string; keptAt: Date };

/** Finds settings by the version that stands with an event; null for a version that was never kept. */
export type SettingsOf = (version: string) => Promise<InterpretSettings | null>;

const ID_TAKEN = 11_000;

/**
 * Keeps the settings of all endpoints, before the first event is stored under them. What is kept is never changed.
 * @param collection `endpoint_settings`
 * @param endpoints those that are served
 */
export async function keepSettings(
  collection: Collection<KeptSettings>,
  endpoints: readonly Endpoint[],
): Promise<void> {
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
}

/**
 * Makes the look-up that goes with `interpret`; the few versions there are stay in memory.
 * @param collection `endpoint_settings`
 */
export function createSettingsOf(collection: Collection<KeptSettings>): SettingsOf {
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
