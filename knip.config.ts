/** Dead code: unused files, exports and packages fail the check. */
import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  entry: [
    '{ingest,projector,api,jobs}/main.ts',
    'api/dashboard/{main.tsx,vite.config.ts}',
    'test/**/*.test.ts',
    'test/bench/*.ts',
    'test/bench/api/client.ts',
    'test/bench/drain/consumer.ts',
    'test/bench/fanout/{clients,plain}.ts',
    'test/bench/fanout/stamps.js',
    'test/bench/ingest/{forger,no-op,raw-writes}.ts',
    'ops/docker/*.js',
    'test/ops/fire.ts',
    'test/faults/crash-at.js',
    'test/support/{global-setup,global-teardown}.ts',
  ],
  project: [
    '**/*.{ts,tsx,js}',
    '!test/bench/ingest/rival.js',
    '!test/bench/drain/emmett.js',
    '!test/bench/rivals/reads.js',
  ],
  // Made as a whole: nobody uses all of it.
  ignore: ['api/dashboard/api-types.d.ts'],
  // Of the system, for single tests, which are skipped by name where they are not.
  ignoreBinaries: ['prometheus', 'strace', 'mount', 'umount'],
  // Types and constants of a signature are exported for the reader, whoever imports them.
  ignoreExportsUsedInFile: true,
};

export default config;
