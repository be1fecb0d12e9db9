/** CSV and NDJSON: the very rows of the JSON answer, safe in a spreadsheet, the same bytes under the same ETag. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { written } from '../../api/formats.ts';
import { call, commit, openApi, openDatabase } from './planted.ts';

describe('a table as CSV', () => {
  const csv = (row: object): string => written('csv', { name: 'x', rows: [row], like: row });

  test('has a header, CRLF after each row, nested fields under dotted names, and empty fields for null', () => {
    expect(csv({ a: 1, b: { c: 2, d: { e: null } }, f: true })).toBe('a,b.c,b.d.e,f\r\n1,2,,true\r\n');
    expect(written('csv', { name: 'x', rows: [], like: { a: '', b: { c: 0 } } })).toBe('a,b.c\r\n');
  });

  test.each([
    ['a comma', 'x,y', '"x,y"'],
    ['a quote', 'say "x"', '"say ""x"""'],
    ['a line feed', 'x\ny', '"x\ny"'],
    ['a return', 'x\ry', '"x\ry"'],
    ['another script', 'жα漢', 'жα漢'],
  ])('quotes %s', (_, text, cell) => {
    expect(csv({ a: text })).toBe(`a\r\n${cell}\r\n`);
  });

  test.each(['=1+1', '+1', '-1', '@x', '\tx', '=HYPERLINK("http://evil.example")'])(
    '%j is text, no formula',
    (text) => {
      const [, cell = ''] = csv({ a: text }).split('\r\n');
      expect(cell.replace(/^"|"$/g, '').replaceAll('""', '"')).toBe(`'${text}`);
    },
  );

  test('a return before a formula does not hide it', () => {
    expect(csv({ a: '\r=1' })).toBe('a\r\n"\'\r=1"\r\n');
  });

  test('numbers stay numbers, below zero too', () => {
    expect(csv({ a: -0.25, b: 0, c: 1e21 })).toBe('a,b,c\r\n-0.25,0,1e+21\r\n');
  });
});

describe('over HTTP', () => {
  let database: Awaited<ReturnType<typeof openDatabase>>;
  let api: Awaited<ReturnType<typeof openApi>>;
  beforeAll(async () => {
    database = await openDatabase();
    await commit(database.db, 1, {
      calls: [call('a'), call('b', { sentimentScore: -0.5, goal: 'failure' })],
    });
    api = await openApi(database.db, { nowMs: Date.parse('2026-03-10T12:00:00Z') });
  });
  afterAll(async () => {
    await api[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const DATES = 'startDate=2026-03-10T09:00:00Z&endDate=2026-03-10T12:00:00Z';
  const ROUTES: [string, string][] = [
    [`duration/hour?${DATES}`, 'stats'],
    [`outcomes?period=hour&${DATES}`, 'outcomes'],
    [`sentiment?period=hour&${DATES}`, 'series'],
    [`sentiment?${DATES}`, 'distribution'],
  ];

  function flat(row: object, before = ''): [string, string][] {
    return Object.entries(row).flatMap(([name, value]: [string, unknown]): [string, string][] =>
      typeof value === 'object' && value !== null
        ? flat(value, `${before}${name}.`)
        : [[before + name, value === null ? '' : JSON.stringify(value).replaceAll('"', '')]],
    );
  }

  test.each(ROUTES)('%s has the same rows in all forms', async (path, field) => {
    const url = `${api.url}/api/db/analytics/${path}`;
    const { data } = (await (await fetch(url)).json()) as { data: Record<string, object | object[]> };
    const rows = [data[field]].flat() as object[];
    expect(rows.length).toBeGreaterThan(0);

    const lines = (await (await fetch(`${url}&format=ndjson`)).text()).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual(rows);

    const [header = '', ...cells] = (await (await fetch(`${url}&format=csv`)).text()).split('\r\n');
    expect(cells.pop()).toBe('');
    const names = header.split(',');
    expect(cells.map((line) => line.split(',').map((cell, index) => [names[index], cell]))).toEqual(
      rows.map((row) => flat(row)),
    );
  });

  test.each(['csv', 'ndjson'])(
    '%s has a strong ETag, a hash of its bytes and the name of a file',
    async (format) => {
      const url = `${api.url}/api/db/analytics/outcomes?${DATES}&format=${format}`;
      const [first, second] = [await fetch(url), await fetch(url)];
      const bytes = Buffer.from(await first.arrayBuffer());
      expect(Buffer.from(await second.arrayBuffer())).toEqual(bytes);
      expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
      expect(first.headers.get('etag')).toMatch(/^"[\w-]{43}"$/);
      expect(first.headers.get('repr-digest')).toBe(
        `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`,
      );
      expect(first.headers.get('content-disposition')).toBe(
        `attachment; filename="outcome-day-2026-03-10T0900Z-2026-03-10T1200Z.${format}"`,
      );
      expect(first.headers.get('content-type')).toMatch(
        format === 'csv' ? /^text\/csv/ : /^application\/x-ndjson/,
      );
      expect(first.headers.get('callviews-sequence')).toBe('1');
      expect(first.headers.get('callviews-source')).toBe('views');
      expect(first.headers.get('callviews-complete')).toBe('true');
      const held = await new Promise<number | undefined>((resolve, reject) => {
        request(url, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
      expect(held).toBe(304);
    },
  );

  test('without rows a CSV still has its header', async () => {
    const url = `${api.url}/api/db/analytics/duration/day?startDate=2020-01-01&endDate=2020-01-02&fill=false&format=csv`;
    const answer = await fetch(url);
    const [header, rest] = (await answer.text()).split('\r\n');
    expect([header?.startsWith('period,start,end,complete,totalCalls,'), rest]).toEqual([true, '']);
    expect(answer.headers.get('callviews-empty-because')).toBe('no_calls');
  });
});
