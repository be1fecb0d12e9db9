/** The page's address: what is written is read back, and nonsense leads to the overview. */
import { expect, test } from '@jest/globals';
import { addressOn, addressWith, hrefOf, readAddress, type Address } from '../../api/dashboard/address.ts';

function read(href: string): Address {
  const { pathname, search } = new URL(href, 'http://x');
  return readAddress(pathname, search);
}

test.each([
  '/',
  '/?range=7d&period=hour&zone=Europe/Berlin&agentId=a1&compare=off',
  '/calls?from=2026-11-01&to=2026-11-20&goal=success&number=12',
  '/calls/twilio:CA1?zone=UTC',
  '/calls/a%2Fb%20c%25?q=hello+world',
  '/calls/abc?from=2026-11-01T10:00:00Z&to=2026-11-01T11:00:00Z',
  '/?agentId=',
])('%s is written as it was read', (href) => {
  expect(hrefOf(read(href)).replaceAll('%3A', ':')).toBe(href.replace('twilio:', 'twilio:'));
});

test.each([
  ['/nowhere', { page: 'overview', id: null }],
  ['/?range=never&period=minute&zone=Mars/Olympus', { span: { preset: '24h' }, period: null, zone: null }],
  ['/?from=2026-13-40&to=2026-11-01', { span: { preset: '24h' } }],
  ['/?from=2026-11-02&to=2026-11-01', { span: { preset: '24h' } }],
  ['/calls/%E0%A4%A', { page: 'calls', id: '%E0%A4%A' }],
])('%s leads somewhere', (href, expected) => {
  expect(read(href)).toMatchObject(expected);
});

test('another page keeps range, zone and slice, and leaves what was the first page’s own', () => {
  const from = read('/calls?range=7d&zone=UTC&campaignId=c1&goal=failure');
  expect(hrefOf(addressOn(from, { page: 'search' }))).toBe('/search?range=7d&zone=UTC&campaignId=c1');
});

test('a parameter is taken away by null and by nothing', () => {
  const from = read('/calls?goal=failure&number=1');
  expect(hrefOf(addressWith(from, { goal: null, number: '' }))).toBe('/calls');
});
