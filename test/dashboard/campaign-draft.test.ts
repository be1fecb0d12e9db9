/** A campaign's form: only what was touched is sent, and what somebody else changed is told field by field. */
import { expect, test } from '@jest/globals';
import { beyond, changesBetween, formOf, typedOf } from '../../api/dashboard/campaign-draft.ts';

const campaign = { name: 'Spring', key: 'spring', scheduledAt: null, agentId: null, goals: ['a', 'b'] };
const stands = typedOf(campaign);

test('nothing is sent of fields that say what stands there, save for blanks', () => {
  expect(beyond({}, stands)).toEqual({});
  expect(beyond({ name: ' Spring ', goals: 'a\n\n b\n', key: '  ' }, stands)).toEqual({});
  expect(formOf({})).toEqual({});
});

test('touched fields are sent as the API takes them', () => {
  const typed = { name: ' Summer', agentId: '', goals: '', scheduledAt: '2026-03-10T12:00' };
  const given = typedOf({ ...campaign, agentId: 'a1' });
  expect(formOf(beyond(typed, given))).toEqual({
    ...{ name: 'Summer', agentId: null, goals: [] },
    scheduledAt: new Date('2026-03-10T12:00').toISOString(),
  });
});

test('a schedule that is none clears it, whatever was typed', () => {
  expect([formOf({ scheduledAt: '' }), formOf({ scheduledAt: 'soon' })]).toEqual([
    { scheduledAt: null },
    { scheduledAt: null },
  ]);
  expect(typedOf({ ...campaign, scheduledAt: 'never' }).scheduledAt).toBe('');
});

test('what two states differ in is told in the order of the form', () => {
  const now = typedOf({ ...campaign, goals: ['a'], name: 'Autumn', agentId: 'a1' });
  expect(changesBetween(stands, now)).toEqual([
    { field: 'name', before: 'Spring', now: 'Autumn' },
    { field: 'agentId', before: '', now: 'a1' },
    { field: 'goals', before: 'a\nb', now: 'a' },
  ]);
});
