/** What reads are compared with, of packages that stand apart from the product: an ETag by middleware, and columns in memory. */
import { DuckDBInstance } from '@duckdb/node-api';
import etag from '@koa/etag';
import { Session } from 'chdb';
import Koa from 'koa';
import conditional from 'koa-conditional-get';

/** A Koa app that makes the rows' JSON for each request, its ETag by middleware, and 304 where the client has it. */
export function koaEtagOf(rows) {
  const app = new Koa();
  app.use(conditional());
  app.use(etag());
  app.use(async (context) => {
    context.body = { success: true, data: await rows() };
  });
  return app.callback();
}

/** So many calls, three a second, from this day on. */
const FIRST_DAY = '2026-03-01';
const SECOND_DAY = '2026-03-02';

/** Calls as a table of DuckDB in this process; answers the hours of a day with their counts, sums and 90th percentiles. */
export async function duckOf(count) {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `create table calls as select timestamp '${FIRST_DAY}' + to_seconds(i // 3) as started_at, (i * 37) % 600000 as duration_ms, 'agent_' || (i % 5) as agent from range(${count}) t(i)`,
  );
  const query = `select date_trunc('hour', started_at) as hour, count(*) as calls, sum(duration_ms) as ms, quantile_cont(duration_ms, 0.9) as p90 from calls where started_at < timestamp '${SECOND_DAY}' group by 1 order by 1`;
  return async () => (await connection.runAndReadAll(query)).getRows();
}

/** The same as a table of ClickHouse in this process, sorted by time. */
export function chdbOf(count) {
  const session = new Session();
  session.query(
    `create table calls engine = MergeTree order by started_at as select toDateTime('${FIRST_DAY} 00:00:00', 'UTC') + intDiv(number, 3) as started_at, (number * 37) % 600000 as duration_ms, concat('agent_', toString(number % 5)) as agent from numbers(${count})`,
  );
  const query = `select toStartOfHour(started_at) as hour, count() as calls, sum(duration_ms) as ms, quantile(0.9)(duration_ms) as p90 from calls where started_at < toDateTime('${SECOND_DAY} 00:00:00', 'UTC') group by hour order by hour`;
  return async () => (await session.queryAsync(query, { format: 'JSONCompact' })).json();
}
