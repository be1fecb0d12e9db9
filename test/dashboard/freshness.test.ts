/** The pill says the worst that is known, and live only when it is. */
import { describe, expect, test } from '@jest/globals';
import { freshnessOf, type FreshnessSigns } from '../../api/dashboard/freshness.ts';

const good: FreshnessSigns = { connection: 'live', numbers: 'shown', behind: false };

describe('freshness', () => {
  test('live is said only when numbers are shown, the socket is live and the server keeps up', () => {
    expect(freshnessOf(good)).toEqual({ tone: 'live', lead: 'as of', state: 'live' });
    const worse: Partial<FreshnessSigns>[] = [
      { numbers: 'loading' },
      { numbers: 'missing' },
      { numbers: 'old' },
      { behind: true },
      { connection: 'connecting' },
      { connection: 'reconnecting' },
    ];
    for (const sign of worse) expect(freshnessOf({ ...good, ...sign }).tone).not.toBe('live');
  });

  test('a lost connection outweighs a server that is behind', () => {
    const lost = freshnessOf({ ...good, connection: 'reconnecting', behind: true });
    expect(lost).toEqual({ tone: 'offline', lead: 'last known', state: 'reconnecting' });
  });
});
