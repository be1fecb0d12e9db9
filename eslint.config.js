/** Lint rules: typescript-eslint strict with types, doc comments on every export, the size limits of the house. */
import jsdoc from 'eslint-plugin-jsdoc';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      '.data/',
      '**/*.js',
      '**/*.mjs',
      '**/*.cjs',
      'api/dashboard/api-types.d.ts',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { jsdoc },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // Parts are plain objects from factories that close over what they need: nothing here has a `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'max-lines': ['error', 250],
      'max-params': ['error', 3],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only ops/process/config.ts reads the environment.' },
        { object: 'process', property: 'exit', message: 'Only ops/process/run.ts ends a process.' },
        { object: 'Math', property: 'random', message: 'No random numbers: take a seed.' },
      ],
      'jsdoc/require-jsdoc': [
        'error',
        {
          publicOnly: true,
          contexts: [
            'TSInterfaceDeclaration',
            'TSTypeAliasDeclaration',
            'ExportNamedDeclaration > VariableDeclaration',
            'FunctionDeclaration',
            'ClassDeclaration',
          ],
        },
      ],
    },
  },
  {
    files: ['test/**'],
    // A row of a table of cases is as wide as it must be.
    rules: { 'max-lines': ['error', 400], 'max-params': 'off', 'jsdoc/require-jsdoc': 'off' },
  },
  {
    files: ['test/support/**', 'test/simulator/**', 'test/oracle/**'],
    rules: { 'jsdoc/require-jsdoc': ['error', { publicOnly: true }] },
  },
  {
    files: ['ops/process/config.ts', 'ops/process/run.ts', 'test/**', 'ops/start.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
);
