/** The jobs' own settings: ages are whole numbers in bounds, absent ones mean never, and every fault is told by name. */
import { expect, test } from '@jest/globals';
import { loadConfig } from '../../ops/process/config.ts';
import { JOBS_SETTINGS } from '../../jobs/settings.ts';

const read = (environment: Record<string, string>) =>
  loadConfig(JOBS_SETTINGS, { MONGODB_URI: 'mongodb://127.0.0.1/?replicaSet=a', ...environment });

test('without a word calls are given up after four hours, and nothing goes by age', () => {
  const settings = read({ RETAIN_BODIES_DAYS: '' });
  expect(settings.STALE_CALL_HOURS).toBe(4);
  expect(settings).not.toHaveProperty('RETAIN_BODIES_DAYS');
  expect(settings).not.toHaveProperty('RETAIN_AUDIO_DAYS');
});

test('an age is a whole number of days; every fault is told', () => {
  expect(read({ RETAIN_BODIES_DAYS: '90', STALE_CALL_HOURS: '12' })).toMatchObject({
    RETAIN_BODIES_DAYS: 90,
    STALE_CALL_HOURS: 12,
  });
  const faulty = { RETAIN_BODIES_DAYS: '0', RETAIN_TRANSCRIPTS_DAYS: '1.5', STALE_CALL_HOURS: '999' };
  expect(() => read(faulty)).toThrow(
    /RETAIN_BODIES_DAYS: must be 1 to 36500\n.*RETAIN_TRANSCRIPTS_DAYS: must be a whole number, 1 to 36500\n.*STALE_CALL_HOURS: must be 1 to 720/s,
  );
});
