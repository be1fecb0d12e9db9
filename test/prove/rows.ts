/** The faults that callviews must survive, and for each which tests inject it: the rows of the table in `ops/faults.md`. */

/** One row. `seenRed`: with which protection taken out its test failed, and in which commit that was first possible. */
export type FaultRow = { row: number; fault: string; must: string; suites: string[]; seenRed?: string };

/** A suite, by the path of its file under `test/`, without ending. */
const [INGEST_CRASH, INGEST_DATABASE] = ['faults/ingest-crash', 'faults/ingest-database'];
const [CRASH, TAKEOVER, STREAM, DATABASE] = [
  'faults/crash',
  'faults/takeover',
  'faults/stream',
  'faults/projector-database',
];

/** In the order of their numbers; rows without a suite have no test yet. */
export const FAULT_ROWS: readonly FaultRow[] = [
  {
    row: 1,
    fault: 'ingest killed (-9) before the insert',
    must: 'no 200 was sent; the retry stores it',
    suites: [INGEST_CRASH],
    seenRed: 'answered before the append',
  },
  {
    row: 2,
    fault: 'ingest killed (-9) after the insert, before the 200',
    must: 'the retry is answered 200, one document',
    suites: [INGEST_CRASH],
    seenRed: 'duplicates not told apart',
  },
  {
    row: 3,
    fault: 'projector killed (-9) at every step',
    must: 'same views, nothing twice',
    suites: [CRASH],
    seenRed: 'checkpoint outside the transaction: "stalled: 14290 of 16410 events"',
  },
  {
    row: 4,
    fault: 'projector killed (-9) at random, during its start too',
    must: 'as 3',
    suites: [CRASH],
    seenRed: 'as 3',
  },
  {
    row: 6,
    fault: 'a job killed half-way',
    must: 'the next run goes on, each thing once',
    suites: ['jobs/import', 'jobs/erase', 'jobs/rebuild'],
  },
  {
    row: 9,
    fault: 'primary steps down',
    must: 'held or 503, never a lie; views exact',
    suites: [INGEST_DATABASE, DATABASE],
    seenRed: 'w: 1',
  },
  {
    row: 10,
    fault: 'primary killed (-9), ahead of the others',
    must: 'as 9',
    suites: [INGEST_DATABASE, DATABASE],
    seenRed: 'w: 1',
  },
  { row: 11, fault: 'majority gone', must: 'no 200 at all', suites: [INGEST_DATABASE], seenRed: 'w: 1' },
  {
    row: 12,
    fault: 'rollback',
    must: 'what was answered 200 is kept',
    suites: [INGEST_DATABASE],
    seenRed: 'w: 1',
  },
  {
    row: 13,
    fault: 'single node killed and started again',
    must: 'reconnect, resume',
    suites: [INGEST_DATABASE, DATABASE],
    seenRed: 'unacknowledged taken for 200',
  },
  {
    row: 14,
    fault: 'outcome of a commit unknown',
    must: 'the checkpoint is asked; never applied blindly again',
    suites: [STREAM, 'projector/commit'],
  },
  {
    row: 15,
    fault: 'getMore fails, the cursor is killed',
    must: 'goes on after the last committed token',
    suites: [STREAM],
  },
  {
    row: 16,
    fault: 'history lost (286), stream dead (280), token refused (260), nothing beyond the token',
    must: 'told loudly, the log scanned, no hand',
    suites: [STREAM, TAKEOVER, 'projector/first-start', 'projector/runway'],
    seenRed: 'stream opened without a time: an event lost at the first start',
  },
  {
    row: 17,
    fault: 'the log dropped or renamed',
    must: 'told; never on from "now" in silence',
    suites: [TAKEOVER],
  },
  {
    row: 25,
    fault: 'reset storm',
    must: 'connected again; no 500, no good event parked',
    suites: ['faults/reset'],
    seenRed: 'plain socket errors not taken for an absence: 500, and a good event parked',
  },
  {
    row: 26,
    fault: 'half-open and silent connections',
    must: 'freed in time, bounded an address',
    suites: ['ingest/shares'],
    seenRed: 'no shares; connections looked at each 30 s',
  },
  {
    row: 27,
    fault: 'duplicates, some at the same instant',
    must: 'one document, all 200',
    suites: ['ingest/group-commit', 'ingest/server'],
  },
  {
    row: 28,
    fault: 'full shuffle',
    must: 'same bytes as in order',
    suites: ['projector/fold', 'oracle/oracle'],
    seenRed: '54 of 54 mutants',
  },
  {
    row: 29,
    fault: 'late, after the day has ended',
    must: 'the old bucket changes, clients are told',
    suites: ['projector/fold', 'api/sockets'],
  },
  {
    row: 30,
    fault: 'dated in the future or before 2015',
    must: 'stored, flagged, not counted',
    suites: ['ingest/interpret', 'ingest/nasty'],
  },
  {
    row: 31,
    fault: 'analysis before the call, after it, twice',
    must: 'same final state',
    suites: ['projector/fold', 'oracle/oracle'],
  },
  {
    row: 32,
    fault: 'huge, endless, slow and packed bodies',
    must: '413, 415, 408; memory flat',
    suites: ['ingest/audio', 'ingest/nasty-senders', 'ingest/server'],
  },
  {
    row: 33,
    fault: 'an event that the fold cannot take',
    must: 'parked in the transaction that passes it',
    suites: ['projector/commit'],
  },
  {
    row: 35,
    fault: 'values that BSON bends',
    must: 'bytes are kept, facts are checked',
    suites: ['ingest/nasty', 'ingest/interpret'],
  },
  {
    row: 36,
    fault: 'several projectors at once',
    must: 'one writes, the others stand by',
    suites: [TAKEOVER, DATABASE],
  },
  {
    row: 37,
    fault: 'a frozen projector wakes after its lease',
    must: 'none of its writes lands',
    suites: [TAKEOVER],
  },
  {
    row: 38,
    fault: 'jobs overlap, runs are missed',
    must: 'one at a time, caught up once',
    suites: ['jobs/schedule'],
  },
  {
    row: 39,
    fault: 'days of 23 and 25 hours, odd zones',
    must: 'sum of cells = day of the zone',
    suites: ['api/range', 'api/recount'],
  },
  {
    row: 41,
    fault: 'SIGTERM under load',
    must: 'every accepted request is answered, exit 0',
    suites: [INGEST_CRASH],
  },
  {
    row: 42,
    fault: 'a rebuild under load, killed at every step and at random, flipped, taken back',
    must: 'readers see one version or the other, whole; nothing lost or twice; new equals old',
    suites: ['faults/rebuild', 'projector/rebuild'],
    seenRed: 'the pointer read once; joined before level; no transaction for a batch',
  },
  {
    row: 43,
    fault: 'retention retires bodies and speech',
    must: 'never ahead of the checkpoint; no identity and no number changes',
    suites: ['jobs/retention'],
  },
  {
    row: 47,
    fault: 'stale cache',
    must: 'no kept answer is older than it says',
    suites: ['api/cache', 'api/follow'],
  },
  {
    row: 49,
    fault: 'secret rotated',
    must: 'nothing refused stays lost',
    suites: ['jobs/rotation', 'jobs/rejected'],
  },
];
