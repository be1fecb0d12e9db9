/** What the page shows of a run of the bench of ingest: rates, the write path and the tail, each beside its rivals and its limit. */
import type { Figure, Rival } from '../result.ts';
import type { Row } from './parts.ts';

/** The tables of a run. */
export type Tables = { b1: Row[]; b2: Row[]; b3: Row[]; steps: Row[]; forgers: Row[] };

const OURS = 'callviews';
const NO_STORE = 'no-op store';
const RIVAL = 'express + mongoose';
/** Of the same without a store; and how many times Express with mongoose, by size. */
const OF_NO_STORE = 0.85;
const TIMES_OF_RIVAL: Readonly<Record<string, number>> = { W5: 3, W30: 2 };
const SHOWN_CONNECTIONS = [32, 128];
/** Of insertMany, and times insertOne, with as many submitters as that has. */
const OF_RAW = 0.75;
const TIMES_OF_ONE = 10;
const GROUP = 'group commit, 64 submitters';
const RAW = 'insertMany(1000), 2 in flight';
/** A share of an idle insert's quickness: 1.5 × its p50 and 4 × its p99 may be taken. */
const OF_IDLE = { 'p50 ms': 0.66, 'p99 ms': 0.25 };

/** All figures, in the order of the page. */
export function figuresOf({ b1, b2, b3, steps, forgers }: Tables): Figure[] {
  return [...rates(b1), ...writePath(b2), ...tails(b3), ...floods(steps, forgers)];
}

function rates(rows: readonly Row[]): Figure[] {
  const own = rows.filter(
    ({ server, connections }) => server === OURS && SHOWN_CONNECTIONS.includes(Number(connections)),
  );
  return own.flatMap(({ size, connections, ...row }): Figure[] => {
    const what = `${size}, ${connections} connections`;
    const beside = rows.filter(
      (one) => one.server !== OURS && one.size === size && one.connections === connections,
    );
    const cpu = (one: Row): number => Number(one['server µs']) + Number(one['mongod µs']);
    return [
      {
        ...{ id: 'B1', what: `answered 200, ${what}`, unit: 'webhooks/s', value: Number(row['acked/s']) },
        ...{ better: 'more', rivals: beside.map((one) => rivalOf(one, Number(one['acked/s']))) },
      },
      {
        ...{ id: 'B1', what: `ingest and mongod, ${what}`, unit: 'µs CPU a webhook', value: cpu(row) },
        ...{ better: 'less', rivals: beside.map((one) => ({ what: String(one.server), value: cpu(one) })) },
      },
    ];
  });
}

function rivalOf({ server, size }: Row, value: number): Rival {
  const aim = server === NO_STORE ? OF_NO_STORE : server === RIVAL ? TIMES_OF_RIVAL[String(size)] : undefined;
  return { what: String(server), value, ...(aim !== undefined && { aim }) };
}

function writePath(rows: readonly Row[]): Figure[] {
  return rows
    .filter(({ shape }) => shape === GROUP)
    .map(({ size, ...own }) => ({
      ...{ id: 'B2', what: `${size}: ${GROUP}`, unit: 'documents/s', better: 'more' },
      value: Number(own['documents/s']),
      rivals: rows
        .filter((one) => one.size === size && one.shape !== GROUP)
        .map((one) => ({
          ...{ what: String(one.shape), value: Number(one['documents/s']) },
          ...(one.shape === RAW && { aim: OF_RAW }),
          ...(one.shape === 'insertOne × 64' && { aim: TIMES_OF_ONE }),
        })),
    }));
}

function tails(rows: readonly Row[]): Figure[] {
  return rows
    .filter(({ server }) => server === OURS)
    .flatMap(({ size, ...own }) =>
      (['p50 ms', 'p99 ms'] as const).map((name): Figure => {
        const others = rows.filter((one) => one.size === size && one.server !== OURS);
        return {
          ...{ id: 'B3', what: `${size} at ${own['offered/s'] ?? '?'}/s, ${name.slice(0, 3)}`, unit: 'ms' },
          ...{ value: Number(own[name]), better: 'less' },
          rivals: others.map((one) => ({
            ...{ what: String(one.server), value: Number(one[name]) },
            ...(one.server === 'one idle insertOne' && { aim: OF_IDLE[name] }),
          })),
        };
      }),
    );
}

/** What overload and forgers leave of the rate of those who are rightly signed. */
function floods(steps: readonly Row[], forgers: readonly Row[]): Figure[] {
  const offered = (share: string): Row | undefined =>
    steps.find((one) => one.sender === 'impolite' && one['of the knee'] === share);
  const [atKnee, beyond] = [offered('100 %'), offered('200 %')];
  const [alone, beside] = ['signed alone', 'signed beside twice as many forged'].map((what) =>
    forgers.find((one) => one.what === what),
  );
  const shape = { unit: 'webhooks/s', better: 'more' } as const;
  const figures: Figure[] = [];
  if (atKnee !== undefined && beyond !== undefined)
    figures.push({
      ...{ what: 'answered 200 at twice the rate it takes', value: Number(beyond['acked/s']), ...shape },
      rivals: [{ what: 'at the rate it takes', value: Number(atKnee['acked/s']) }],
    });
  if (alone !== undefined && beside !== undefined)
    figures.push({
      ...{
        what: 'signed ones beside a flood of forged ones',
        value: Number(beside['signed acked/s']),
        ...shape,
      },
      rivals: [{ what: 'signed ones alone', value: Number(alone['signed acked/s']) }],
    });
  return figures;
}
