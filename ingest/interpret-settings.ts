/** What an operator may set about how an endpoint's events are read, and the version that names such settings for ever. Pure. */
import { createHash } from 'node:crypto';
import type { Sentiment } from './facts.ts';

/**
 * Where a customer's own analysis says how the caller felt, and how that is read. `labels`: value as lower-case text → label.
 * `scale`: numbers from `worst` (score −1) to `best` (score 1, which may be the lesser number); a score below `negativeBelow` is
 * negative, above `positiveAbove` positive, between them neutral. A value that neither knows is no label.
 */
export type SentimentMapping = {
  from: 'data_collection' | 'evaluation_criterion';
  id: string;
  labels?: Readonly<Record<string, Sentiment>>;
  scale?: { worst: number; best: number; negativeBelow: number; positiveAbove: number };
};

/** Settings of interpretation; an agent's own mapping goes before its endpoint's. */
export type InterpretSettings = {
  /** Dynamic variable that holds the campaign. */
  campaignVariable: string;
  /** Dynamic variable that holds the telephone leg's CallSid. */
  callSidVariable: string;
  sentiment?: SentimentMapping;
  sentimentByAgent?: Readonly<Record<string, SentimentMapping>>;
};

/** What holds where nothing is set. These are version `1` for ever: other defaults would need another name. */
export const DEFAULT_SETTINGS: InterpretSettings = {
  campaignVariable: 'campaign_id',
  callSidVariable: 'system__call_sid',
};
const DEFAULT_VERSION = '1';
const VERSION_DIGITS = 16;

/**
 * The name under which settings are kept and stored with each event.
 * @returns `1` for the defaults, else the first 16 hex digits of the SHA-256 of {@link settingsText}
 */
export function settingsVersion(settings: InterpretSettings): string {
  const text = settingsText(settings);
  if (text === settingsText(DEFAULT_SETTINGS)) return DEFAULT_VERSION;
  return createHash('sha256').update(text).digest('hex').slice(0, VERSION_DIGITS);
}

/**
 * Settings as canonical JSON: keys in order, so that the same settings are the same text however they were written down.
 * @returns text that `JSON.parse` turns back into the settings
 */
export function settingsText(settings: InterpretSettings): string {
  return JSON.stringify(settings, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
