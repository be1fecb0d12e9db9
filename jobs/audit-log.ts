/** `npm run job -- audit-log`: whether the book of acts is whole: no entry changed, none taken out, the end that audits saw still there. */
import type { Db } from 'mongodb';
import { verifyActs, type ActsHead } from '../api/contract.ts';
import type { Job } from './job.ts';

/** The job, each hour by the clock. */
export const auditLog: Job = {
  name: 'audit-log',
  summary: 'look through the chain of the audit log: every act must be there as it was written',
  schedule: '41 * * * *',
  async run({ db, log, print }) {
    const { acts, head, firstBreak } = await verifyActs(db, await headsSeen(db));
    if (firstBreak === null) {
      // The hash may be kept elsewhere: whoever has it can tell later that no act up to here was changed.
      print(`${acts} acts, none changed or missing; act ${head.number} has the hash ${head.sha256}`);
      return 'done';
    }
    log.error({ ...firstBreak, acts }, 'the chain of the audit log is broken');
    print(`broken: act ${firstBreak.number} is ${firstBreak.why}; the ${acts} acts before it are whole`);
    return 'failed';
  },
};

/** The ends of the chain that runs of the audit saw. */
async function headsSeen(db: Db): Promise<ActsHead[]> {
  const runs = await db
    .collection<{ actsHead?: ActsHead }>('audits')
    .find({ actsHead: { $exists: true } }, { projection: { actsHead: 1 } })
    .toArray();
  return runs.flatMap(({ actsHead }) => (actsHead === undefined || actsHead.number === 0 ? [] : [actsHead]));
}
