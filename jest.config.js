/** How the tests run: real replica set from globalSetup, TypeScript through swc, ES modules. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript', tsx: false } }, module: { type: 'es6' } },
    ],
  },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  reporters: ['default', '<rootDir>/test/support/closing-line.js'],
  // What takes minutes, or the rights of root, is run by `npm run prove` alone.
  testPathIgnorePatterns: ['/node_modules/', ...(process.env.PROVE_RECORD ? [] : ['/test/faults/full/'])],
  testTimeout: 30_000,
  maxWorkers: 2,
};
