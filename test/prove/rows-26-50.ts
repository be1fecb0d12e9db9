/** Rows 26 to 50 of the fault table: what senders send, several writers, jobs, time, upgrades, readers. */
import { DATABASE, INGEST_CRASH, TAKEOVER, type FaultRow } from './row.ts';

/** In the order of their numbers; a row without a suite has no test yet. */
export const ROWS_26_TO_50: readonly FaultRow[] = [
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
    seenRed:
      'ids by chance instead of by key: "Expected length: 1, Received length: 40", all of them "stored"',
    redAt: '4ee3a83',
  },
  {
    row: 28,
    fault: 'full shuffle',
    must: 'same bytes as in order',
    suites: ['projector/fold', 'oracle/oracle'],
    seenRed: '54 of 54 mutants',
    redAt: 'b953f47',
  },
  {
    row: 29,
    fault: 'late, after the day has ended',
    must: 'the old bucket changes, clients are told',
    suites: ['projector/fold', 'api/sockets'],
    seenRed:
      'what a call added before not taken away: "Expected: 0, Received: 1"; days that have ended not told: "did not come to pass"',
    redAt: '4ee3a83',
  },
  {
    row: 30,
    fault: 'dated in the future or before 2015',
    must: 'stored, flagged, not counted',
    suites: ['ingest/interpret', 'ingest/nasty'],
    seenRed: 'implausible times let through: "implausible" expected, no flag received',
    redAt: '4ee3a83',
  },
  {
    row: 31,
    fault: 'analysis before the call, after it, twice',
    must: 'same final state',
    suites: ['projector/fold', 'oracle/oracle'],
    seenRed:
      'the last statement believed instead of the greatest: the calls of the recount and of the fold differ',
    redAt: '4ee3a83',
  },
  {
    row: 32,
    fault: 'huge, endless, slow and packed bodies',
    must: '413, 415, 408; memory flat',
    suites: ['ingest/audio', 'ingest/nasty-senders', 'ingest/server'],
    seenRed: 'no cap: 200 for 413; encodings not looked at: 200 for 415; no clock: no answer in 30 s for 408',
    redAt: '4ee3a83',
  },
  {
    row: 33,
    fault: 'an event that the fold cannot take',
    must: 'parked in the transaction that passes it',
    suites: ['projector/commit'],
    seenRed: 'the error thrown on instead of parking',
    redAt: 'bbbbe30',
  },
  {
    row: 34,
    fault: 'new version, kind or field of an event; a field missing',
    must: 'kept raw, counted, read once it is understood',
    suites: ['ingest/nasty', 'projector/rebuild'],
    seenRed:
      'an unknown type not flagged: "unknown_type" expected, no flag received; old facts not read again: "goal": "failure" for "success"',
    redAt: '4ee3a83',
  },
  {
    row: 35,
    fault: 'values that BSON bends',
    must: 'bytes are kept, facts are checked',
    suites: ['ingest/nasty', 'ingest/interpret'],
    seenRed:
      'fractions taken for whole numbers: "Received value: 1500" of 1.5 s; the body kept as text: a byte order mark gone',
    redAt: '4ee3a83',
  },
  {
    row: 36,
    fault: 'several projectors at once',
    must: 'one writes, the others stand by',
    suites: [TAKEOVER, DATABASE, 'faults/full/everything'],
    seenRed:
      'the lease taken from whoever holds it: epoch "14" for "2", and the batch of the killed one never in',
    redAt: '4ee3a83',
  },
  {
    row: 37,
    fault: 'a frozen projector wakes after its lease',
    must: 'none of its writes lands',
    suites: [TAKEOVER, 'faults/full/pauses', 'projector/commit'],
    seenRed: 'the epoch of the checkpoint not looked at: "Received promise resolved instead of rejected"',
    redAt: '4ee3a83',
  },
  {
    row: 38,
    fault: 'jobs overlap, runs are missed',
    must: 'one at a time, caught up once',
    suites: ['jobs/schedule'],
    seenRed:
      'a lease of another not heeded: "Expected: 1, Received: 2" runs; no catching up: "Expected: 1, Received: 0"',
    redAt: '4ee3a83',
  },
  {
    row: 39,
    fault: 'days of 23 and 25 hours, odd zones',
    must: 'sum of cells = day of the zone',
    suites: ['api/range', 'api/recount'],
    seenRed: 'days by the offset of January: "2026-03-29 2026-03-28T23:00:00Z 1440" for "… 1380" minutes',
    redAt: '4ee3a83',
  },
  {
    row: 40,
    fault: 'deployed under load, old and new together',
    must: 'no failed answer of a drain; views equal',
    suites: ['faults/full/deploy', 'faults/full/upgrade'],
    seenRed: 'connections closed at once instead of when they are idle: 63 calls stored, and nobody told so',
    redAt: '0cb7b8b',
  },
  {
    row: 41,
    fault: 'SIGTERM under load',
    must: 'every accepted request is answered, exit 0',
    suites: [INGEST_CRASH],
    seenRed: 'connections closed at once instead of when they are idle: 31 calls stored and left unanswered',
    redAt: '4ee3a83',
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
    seenRed: 'bodies taken ahead of the tails; the hash gone too',
    redAt: '47c8a9e',
  },
  {
    row: 44,
    fault: 'socket client offline',
    must: 'replays or resyncs; no stale tile beyond 5 s',
    suites: ['faults/mirror', 'faults/full/mirror', 'api/sockets-stream'],
    seenRed: 'replay that sends nothing; a stream that does not go on where it was',
  },
  {
    row: 45,
    fault: 'slow consumer',
    must: 'bounded buffer, resync, disconnected at the limit',
    suites: ['api/sockets'],
    seenRed:
      'who takes nothing in not cut off; what waits not counted: "it did not come to pass within 5 s", each',
    redAt: '4ee3a83',
  },
  {
    row: 46,
    fault: '1,000 clients reconnect at once',
    must: 'spread, bounded; ingest keeps its pace',
    suites: ['faults/full/herd'],
    seenRed: 'those that are refused not told when to come back: 440 of 1,000 are back after a minute',
    redAt: '0c864df',
  },
  {
    row: 47,
    fault: 'stale cache',
    must: 'no kept answer is older than it says',
    suites: ['api/cache', 'api/follow', 'api/answers'],
    seenRed: 'an update that overtakes a read in flight let into the cache; a tail with a gap trusted',
    redAt: '6e81015',
  },
  {
    row: 48,
    fault: 'abuse of metrics, a scrape while the database is away',
    must: 'closed sets of labels; answered at once',
    suites: ['ops/metrics'],
    seenRed:
      'any method a label: "BREW"; any path a label: "nowhere"; the scrape waits for the database: "Expected: < 1500, Received: 3017"',
    redAt: '4ee3a83',
  },
  {
    row: 49,
    fault: 'secret rotated',
    must: 'nothing refused stays lost',
    suites: ['jobs/rotation', 'jobs/rejected'],
    seenRed:
      'refused requests not kept: "the ring lacks call 20"; not taken out once promoted: "Expected: 1, Received: 4"',
    redAt: '4ee3a83',
  },
  {
    row: 50,
    fault: 'event loop blocked 5 s',
    must: 'the lease passes on, nothing is written twice; recovers',
    suites: ['faults/full/pauses'],
    seenRed:
      'a lease that does not run out: nobody stands in within 90 s; conditions of the checkpoint and ids of updates: "stalled: 884 of 1408"',
    redAt: '4ee3a83',
  },
];
