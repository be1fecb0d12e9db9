/** `npm run job -- alerts`: judges the last full hours by the rules of `ALERTS_FILE`, and tells who is to be told; `--backtest` tries them on the past. */
import type { Command } from 'commander';
import type { Db } from 'mongodb';
import type { Secret } from '../../ops/process/config.ts';
import { DAY_MS, HOUR_MS } from '../../projector/contract.ts';
import type { Job, JobParts } from '../job.ts';
import { tableOf } from '../table.ts';
import { keepFired, type FiredAlert } from './fired.ts';
import { judge } from './judge.ts';
import { callsBehind, readHours, sumOf, type ByHour } from './read.ts';
import type { AlertsFile, Rule } from './rules.ts';
import { tell } from './tell.ts';

/** Late events change hours that have ended: so many of the last ones are judged each time. */
const LOOK_BACK_HOURS = 3;
const WEEK_MS = 7 * DAY_MS;
const BACKTEST_DAYS = 90;
/** Who could not be told within a day is not told any more. */
const TRY_MS = DAY_MS;
/** Of what would have fired, so many instants are printed. */
const MOST_SHOWN = 10;

/** The file and the mail server, where they are set. */
export type AlertSettings = { ALERTS_FILE?: AlertsFile | undefined; SMTP_URL?: Secret | undefined };

/**
 * The job, each five minutes by the clock.
 * @param settings asked for when it runs
 */
export const createAlertsJob = (settings: () => AlertSettings): Job => ({
  name: 'alerts',
  summary: 'judge the last hours by the rules of ALERTS_FILE and tell who is to be told',
  schedule: '*/5 * * * *',
  describe: (command: Command) =>
    command.option(
      '--backtest',
      `say what each rule would have done over the last ${BACKTEST_DAYS} days; nobody is told`,
    ),
  async run(parts, { backtest }) {
    const { ALERTS_FILE: file, SMTP_URL: smtp } = settings();
    if (file === undefined) {
      parts.print('no rules: ALERTS_FILE is not set');
      return 'done';
    }
    const nowMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    if (backtest === true) return tryOnThePast(parts, file.rules, nowMs);
    for (const rule of file.rules) await judgeLately(parts, rule, nowMs);
    return tellAll(parts, { ...file, smtp });
  },
});

function hoursOf(db: Db, rule: Rule, { nowMs, hours }: { nowMs: number; hours: number }): Promise<ByHour> {
  const fromMs = nowMs - (hours + rule.hours) * HOUR_MS - WEEK_MS;
  return readHours(db, { measure: rule.measure, slice: rule.slice, fromMs, toMs: nowMs });
}

const verdictAt = (rule: Rule, hours: ByHour, toMs: number) =>
  judge(rule, sumOf(hours, toMs, rule.hours), sumOf(hours, toMs - WEEK_MS, rule.hours));

const idOf = (rule: Rule, toMs: number): string => `${rule.name}@${new Date(toMs).toISOString()}`;
const sliceOf = ({ slice: { dimension, key } }: Rule): string =>
  key === null ? dimension : `${dimension}:${key}`;

async function judgeLately({ db, print }: JobParts, rule: Rule, nowMs: number): Promise<void> {
  const fired = db.collection<FiredAlert>('business_alerts');
  const hours = await hoursOf(db, rule, { nowMs, hours: LOOK_BACK_HOURS });
  for (let toMs = nowMs - (LOOK_BACK_HOURS - 1) * HOUR_MS; toMs <= nowMs; toMs += HOUR_MS) {
    const { fires, value, before } = verdictAt(rule, hours, toMs);
    if (!fires) continue;
    const fromMs = toMs - rule.hours * HOUR_MS;
    const alert: FiredAlert = {
      ...{ _id: idOf(rule, toMs), rule: rule.name, measure: rule.measure, slice: sliceOf(rule) },
      ...{ when: JSON.stringify(rule.when), from: new Date(fromMs), to: new Date(toMs), value, before },
      calls: await callsBehind(db, { measure: rule.measure, slice: rule.slice, fromMs, toMs }),
      follows: (await fired.countDocuments({ _id: idOf(rule, toMs - HOUR_MS) }, { limit: 1 })) > 0,
      ...{ told: [], toldAt: null },
    };
    if (await keepFired(fired, alert))
      print(`${alert._id} fired: ${rule.measure} ${value ?? 'none'}, a week before ${before ?? 'none'}`);
  }
}

/** Whoever could not be told is told at the next run, under the same id. */
async function tellAll(
  { db, log, print }: JobParts,
  receivers: Parameters<typeof tell>[1],
): Promise<'done' | 'failed'> {
  const fired = db.collection<FiredAlert>('business_alerts');
  const open = { toldAt: null, follows: false, to: { $gt: new Date(Date.now() - TRY_MS) } };
  let isWell = true;
  for (const alert of await fired.find(open).sort({ to: 1 }).toArray()) {
    const faults = await tell(alert, receivers, async (receiver) => {
      await fired.updateOne({ _id: alert._id }, { $addToSet: { told: receiver } });
    });
    if (faults.length === 0) await fired.updateOne({ _id: alert._id }, { $set: { toldAt: new Date() } });
    for (const fault of faults) {
      isWell = false;
      log.warn({ alert: alert._id }, `an alert could not be told: ${fault}`);
      print(`${alert._id} could not be told to ${fault}`);
    }
  }
  return isWell ? 'done' : 'failed';
}

async function tryOnThePast({ db, print }: JobParts, rules: readonly Rule[], nowMs: number): Promise<'done'> {
  const rows: (string | number)[][] = [];
  for (const rule of rules) {
    const hours = await hoursOf(db, rule, { nowMs, hours: BACKTEST_DAYS * 24 });
    const at: string[] = [];
    let [firing, times] = [0, 0];
    let isFiring = false;
    for (let toMs = nowMs - BACKTEST_DAYS * DAY_MS; toMs <= nowMs; toMs += HOUR_MS) {
      const { fires } = verdictAt(rule, hours, toMs);
      if (fires) firing += 1;
      if (fires && !isFiring) {
        times += 1;
        at.push(new Date(toMs).toISOString());
      }
      isFiring = fires;
    }
    rows.push([rule.name, times, firing, at.slice(-MOST_SHOWN).join(' ')]);
  }
  for (const line of tableOf(['rule', 'told', 'hours', 'when, the last ones'], rows)) print(line);
  return 'done';
}
