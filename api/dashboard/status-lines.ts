/** How the system stands, line by line: what is told, whether it is well, what it means. Pure. */
import type { Content } from './document.ts';
import { NOTHING, type Formats } from './format.ts';

/** The status as the API tells it. */
export type Status = Content<'/api/db/status', 'get'>;
/** A line: its name, its value, whether it is well, and what it means. */
export type Line = { name: string; value: string; mood: 'good' | 'bad' | 'warn' | 'plain'; note: string };

/** Is it fresh? */
export function freshLines(status: Status, formats: Formats, nowMs: number): Line[] {
  const { projector, lagMs, followed, text, runwaySeconds, log } = status;
  const runway = runwaySeconds?.views ?? null;
  return [
    {
      name: 'As of',
      value: since(projector.asOf, formats, nowMs),
      mood: followed.stale ? 'bad' : 'good',
      note: followed.stale
        ? 'no sign of life for five seconds: the projector is down or cut off'
        : 'the last commit of the projector',
    },
    {
      name: 'Lag',
      value: seconds(lagMs, formats),
      mood: lagMs !== null && lagMs > 5_000 ? 'warn' : 'plain',
      note: 'age of the newest commit that this server follows',
    },
    {
      name: 'Behind the log',
      value: seconds(projector.behindMs, formats),
      mood: (projector.behindMs ?? 0) > 5_000 ? 'warn' : 'plain',
      note: 'age of the oldest event that is not counted yet',
    },
    {
      name: 'Runway',
      value: runway === null ? NOTHING : formats.length(runway * 1_000),
      mood: runway === null ? 'plain' : runway < 3_600 ? 'bad' : runway < 86_400 ? 'warn' : 'good',
      note:
        runway === null
          ? 'this server does not tell, or the log is being scanned'
          : 'how long the projector may stand still before it must read the log again',
    },
    {
      name: 'Sequence',
      value: formats.count(projector.sequence),
      mood: 'plain',
      note: `version ${projector.version}, epoch ${projector.epoch ?? NOTHING}, reading by ${projector.reading ?? NOTHING}`,
    },
    {
      name: 'Last event',
      value: since(log.lastReceivedAt, formats, nowMs),
      mood: 'plain',
      note: 'when a webhook was last written to the log',
    },
    {
      name: 'Transcripts as of',
      value: since(text.asOf, formats, nowMs),
      mood: 'plain',
      note: 'words have a tail of their own: numbers never wait for them',
    },
  ];
}

/** Is it right? */
export function rightLines({ lastAudit, parked, rules }: Status, formats: Formats, nowMs: number): Line[] {
  const audit: Line[] =
    lastAudit === null
      ? [
          {
            name: 'Audit',
            value: 'never run',
            mood: 'warn',
            note: 'it runs each minute where the jobs process does',
          },
        ]
      : [
          {
            name: 'Last audit',
            value: since(lastAudit.at, formats, nowMs),
            mood: nowMs - Date.parse(lastAudit.at) > 600_000 ? 'warn' : 'good',
            note: `${formats.count(lastAudit.buckets)} buckets of ${formats.count(lastAudit.hours)} hours recounted from the log`,
          },
          {
            name: 'Drift',
            value: formats.count(lastAudit.drift),
            mood: lastAudit.drift === 0 ? 'good' : 'bad',
            note:
              lastAudit.drift === 0
                ? 'every recounted bucket equals the stored one'
                : 'buckets differ from their recount: see the runbook',
          },
          {
            name: 'Runs with drift',
            value: formats.count(lastAudit.runsWithDrift),
            mood: lastAudit.runsWithDrift === 0 ? 'good' : 'bad',
            note: `of the last ${formats.count(lastAudit.runsLookedAt)}`,
          },
        ];
  return [
    ...audit,
    {
      name: 'Parked',
      value: formats.count(parked),
      mood: parked === 0 ? 'good' : 'warn',
      note: 'events that could not be folded; npm run job -- parked list',
    },
    {
      name: 'Rules',
      value: `facts ${rules.facts ?? NOTHING}`,
      mood: 'plain',
      note: `sentiment by ${rules.sentiment.by}, version ${rules.sentiment.version}`,
    },
  ];
}

/** Did everything arrive? */
export function arrivedLines(
  { quarantined, rejected, variantsOfDay, reconciled }: Status,
  formats: Formats,
  nowMs: number,
): Line[] {
  return [
    {
      name: 'Quarantined',
      value: formats.count(quarantined),
      mood: quarantined === 0 ? 'good' : 'warn',
      note: 'rightly signed and unreadable; npm run job -- quarantine list',
    },
    {
      name: 'Refused',
      value: formats.count(rejected),
      mood: rejected === 0 ? 'good' : 'warn',
      note: 'unsigned or wrongly signed, the last of them kept; npm run job -- rejected list',
    },
    {
      name: 'Variants',
      value: formats.count(variantsOfDay),
      mood: variantsOfDay === null || variantsOfDay === 0 ? 'plain' : 'warn',
      note: 'of the last day: the same event sent again with another content, kept beside the first',
    },
    {
      name: 'Expected against received',
      value: reconciled === null ? 'not compared' : since(reconciled.at, formats, nowMs),
      mood: 'plain',
      note:
        reconciled === null
          ? 'set ELEVENLABS_API_KEY or TWILIO_ACCOUNT_SID, and calls are compared with the sender’s own list'
          : 'calls in the senders’ own lists against those in the log',
    },
  ];
}

/** How long ago an instant was; never in the future. */
export function since(at: string | null, formats: Formats, nowMs: number): string {
  if (at === null) return NOTHING;
  const ms = Date.parse(at);
  return formats.ago(Math.min(ms, nowMs), nowMs);
}

function seconds(ms: number | null, formats: Formats): string {
  return ms === null ? NOTHING : `${formats.count(Math.round(ms) / 1_000)} s`;
}
