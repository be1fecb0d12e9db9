/** A figure is judged by its aim and by what stands beside it, whichever way is better. */
import { expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { BENCHES } from './benches.ts';
import { QUESTIONS } from './questions.ts';
import { judged } from './result.ts';
import { keptRuns } from './runs.ts';

test('more is better, less is better, and a limit is aimed at by a share', () => {
  const rate = judged({
    ...{ what: 'rate', unit: 'a second', value: 80, better: 'more', aim: 100 },
    rivals: [
      { what: 'limit', value: 100, aim: 0.75 },
      { what: 'rival', value: 160 },
    ],
  });
  expect([rate.verdict, ...rate.rivals.map(({ ratio, verdict }) => [ratio, verdict])]).toEqual([
    'missed',
    [0.8, 'reached'],
    [0.5, 'behind'],
  ]);
  const time = judged({
    ...{ what: 'time', unit: 'ms', value: 10, better: 'less', aim: 10 },
    rivals: [
      { what: 'rival', value: 205, aim: 21 },
      { what: 'like ours', value: 10.5 },
      { what: 'slow', value: 12 },
    ],
  });
  expect([time.verdict, ...time.rivals.map(({ ratio, verdict }) => [ratio, verdict])]).toEqual([
    'reached',
    [20.5, 'missed'],
    [1.05, 'tie'],
    [1.2, 'ahead'],
  ]);
});

test('every bench is a program that there is, and what was kept is of a bench that there is', () => {
  for (const program of Object.values(BENCHES))
    expect([program, existsSync(program)]).toEqual([program, true]);
  for (const [name, runs] of keptRuns()) {
    expect(Object.keys(BENCHES)).toContain(name);
    for (const { figures } of runs)
      for (const { id } of figures) if (id !== undefined) expect(Object.keys(QUESTIONS)).toContain(id);
  }
  const named = Object.values(QUESTIONS).flatMap(({ by }) => (by.startsWith('npm') ? [] : by.split(', ')));
  for (const name of named) expect(Object.keys(BENCHES)).toContain(name);
});
