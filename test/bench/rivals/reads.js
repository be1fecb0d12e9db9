/** What reads are compared with, of packages that stand apart from the product: an ETag by middleware, and columns in memory. */
import { DuckDBInstance } from '@duckdb/node-api';
import etag from '@koa/etag';
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

/** Calls as a table of DuckDB in this process; answers hours with their counts and sums. */
export async function duckOf(count) {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `create table calls as select timestamp '2026-03-01' + to_seconds(i % 2678400) as started_at, (i * 37) % 600000 as duration_ms, 'agent_' || (i % 5) as agent from range(${count}) t(i)`,
  );
  const query =
    "select date_trunc('hour', started_at) as hour, count(*) as calls, sum(duration_ms) as ms, quantile_cont(duration_ms, 0.9) as p90 from calls where started_at < timestamp '2026-03-02' group by 1 order by 1";
  return async () => (await connection.runAndReadAll(query)).getRows();
}
