/** Who may import whom: deny by default. The numbers' path knows no provider, the dashboard knows no server, nobody imports a test. */
const PROCESS = '^ops/process/';
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(ingest|projector|api|jobs|ops|test)/', pathNot: allowed },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nobody-imports-test', severity: 'error', from: { pathNot: '^test/' }, to: { path: '^test/' } },
    {
      name: 'nobody-imports-main',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '/main\\.ts$' },
    },
    only(
      'process-knows-no-domain',
      PROCESS,
      [PROCESS],
      'what makes any process operable holds no domain word',
    ),
    only(
      'mongod-stands-alone',
      '^ops/mongod/',
      ['^ops/(process|mongod)/'],
      'finding a server needs nothing of ours',
    ),
    only(
      'start-knows-processes-by-path',
      '^ops/start\\.ts$',
      ['^ops/'],
      'npm start runs processes, it does not import them',
    ),
    only('ingest', '^ingest/', ['^ingest/(?!contract)', PROCESS], 'ingest reads nothing downstream'),
    only(
      'projector',
      '^projector/',
      ['^projector/(?!contract)', PROCESS, '^ingest/contract\\.ts$'],
      'the projector reads the log',
    ),
    {
      name: 'numbers-take-types-only',
      comment: 'the numbers read stored facts: no provider code is loaded on their path',
      severity: 'error',
      from: { path: '^projector/', pathNot: '^projector/(facts-of\\.ts|text/)' },
      to: { path: '^ingest/contract\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    only(
      'api',
      '^api/(?!dashboard/)',
      ['^api/(?!dashboard/)', PROCESS, '^projector/contract\\.ts$', '^ingest/contract\\.ts$'],
      'the api reads what the projector wrote',
    ),
    {
      name: 'api-takes-ingest-types-only',
      severity: 'error',
      from: { path: '^api/' },
      to: { path: '^ingest/contract\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    only(
      'dashboard',
      '^api/dashboard/',
      ['^api/dashboard/', '^api/socket-events\\.ts$'],
      'the page knows the HTTP answers and the names of socket events, not the server',
    ),
    {
      name: 'dashboard-takes-types-only',
      severity: 'error',
      from: { path: '^api/dashboard/' },
      to: { path: '^api/socket-events\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    only(
      'jobs',
      '^jobs/(?!prepare-database\\.ts)',
      ['^jobs/', PROCESS, '^(ingest|projector|api)/contract\\.ts$'],
      'jobs read through the doors',
    ),
    only(
      'prepare-database-reads-schemas',
      '^jobs/prepare-database\\.ts$',
      ['^jobs/', PROCESS, '^(ingest|projector|api)/schema\\.ts$', '^projector/contract\\.ts$'],
      'one job makes what every process lists',
    ),
    only(
      'simulator',
      '^test/simulator/',
      ['^test/simulator/'],
      'the ledger of the truth shares nothing with the product',
    ),
    {
      name: 'packages-of-the-database',
      comment: 'mongodb-memory-server is loaded only where a server is found or started',
      severity: 'error',
      from: { pathNot: '^(ops/mongod/|test/)' },
      to: { path: 'node_modules/mongodb-memory-server' },
    },
    {
      name: 'pure-files',
      comment: 'the fold and what feeds it: no database, no web, no clock of a process',
      severity: 'error',
      from: {
        path: '^(ingest/(facts|fates|providers/[^/]+)|projector/(call|parts|fold|contribute|windows|histogram|views/[^/]+)|api/(range|combine))\\.ts$',
      },
      to: {
        path: '^(ops/|node_modules/(mongodb|koa|socket\\.io|pino|prom-client))',
        dependencyTypesNot: ['type-only'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
