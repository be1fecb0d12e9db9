/** `rejected list`: what was refused, counted by endpoint and cause. */
import type { Collection, Filter } from 'mongodb';
import type { RejectedDelivery } from '../../ingest/contract.ts';
import type { JobParts, JobResult } from '../job.ts';
import { tableOf } from '../table.ts';

type Row = {
  _id: { provider: string; endpoint: string; cause: string };
  requests: number;
  whole: number;
  bytes: number;
  oldest: Date;
  newest: Date;
};

/**
 * Prints a table. No body is read.
 * @param parts what the job works with
 * @param rejected the collection
 * @param filter which
 */
export async function list(
  { print }: Pick<JobParts, 'print'>,
  rejected: Collection<RejectedDelivery>,
  filter: Filter<RejectedDelivery>,
): Promise<JobResult> {
  const rows = await rejected
    .aggregate<Row>([
      { $match: filter },
      { $project: { provider: 1, endpoint: 1, cause: 1, keptBytes: 1, bodyBytes: 1, receivedAt: 1 } },
      {
        $group: {
          _id: { provider: '$provider', endpoint: '$endpoint', cause: '$cause' },
          requests: { $sum: 1 },
          whole: { $sum: { $cond: [{ $gte: ['$keptBytes', '$bodyBytes'] }, 1, 0] } },
          bytes: { $sum: '$keptBytes' },
          oldest: { $min: '$receivedAt' },
          newest: { $max: '$receivedAt' },
        },
      },
      { $sort: { _id: 1 } },
    ])
    .toArray();
  const heading = ['from', 'cause', 'requests', 'whole', 'bytes', 'oldest', 'newest'];
  const cells = rows.map(({ _id, requests, whole, bytes, oldest, newest }) => [
    `${_id.provider}/${_id.endpoint}`,
    _id.cause,
    requests,
    whole,
    bytes,
    oldest.toISOString(),
    newest.toISOString(),
  ]);
  if (rows.length > 0) for (const line of tableOf(heading, cells)) print(line);
  print(`${rows.reduce((sum, { requests }) => sum + requests, 0)} refused requests are held`);
  return 'done';
}
