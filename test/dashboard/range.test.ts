/** From an address to what the API is asked: presets at an instant in a zone, and the period that suits. */
import { expect, test } from '@jest/globals';
import type { Preset } from '../../api/dashboard/address.ts';
import { askedBy, hasHours, periodsFor } from '../../api/dashboard/range.ts';

const NOW = Date.parse('2026-11-28T00:20:30Z');
const asked = (preset: Preset, zone: string | null = null) =>
  askedBy({ span: { preset }, period: null, zone }, NOW, 'UTC');

test.each<[Preset, string | null, string, string, string]>([
  ['24h', null, '2026-11-27T01:00:00Z', '2026-11-28T01:00:00Z', 'hour'],
  // The full hour of a zone at half past.
  ['24h', 'Asia/Kolkata', '2026-11-27T00:30:00Z', '2026-11-28T00:30:00Z', 'hour'],
  ['today', 'America/New_York', '2026-11-27', '2026-11-27', 'hour'],
  ['yesterday', 'Asia/Tokyo', '2026-11-27', '2026-11-27', 'hour'],
  ['7d', null, '2026-11-22', '2026-11-28', 'day'],
  ['30d', null, '2026-10-30', '2026-11-28', 'day'],
  ['90d', null, '2026-08-31', '2026-11-28', 'day'],
  ['12m', null, '2025-12-01', '2026-11-28', 'week'],
])('%s in %s', (preset, zone, startDate, endDate, period) => {
  expect(asked(preset, zone)).toEqual({ startDate, endDate, timeZone: zone ?? 'UTC', period });
});

test('a period that would have too many rows gives way to the one that suits', () => {
  const span = { from: '2026-01-01', to: '2026-06-30' };
  expect(askedBy({ span, period: 'hour', zone: null }, NOW, 'UTC').period).toBe('week');
  expect(askedBy({ span, period: 'month', zone: null }, NOW, 'UTC').period).toBe('month');
  expect(periodsFor({ startDate: span.from, endDate: span.to })).toEqual(['day', 'week', 'month']);
});

test('hours of more than a year are not asked for', () => {
  expect(hasHours({ startDate: '2026-01-01', endDate: '2026-12-31' })).toBe(true);
  expect(hasHours({ startDate: '2024-01-01', endDate: '2026-12-31' })).toBe(false);
});
