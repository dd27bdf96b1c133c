/** Unit specs stand beside their code; test/ holds what crosses a folder. ESM, compiled by SWC, no module mocks. */
const swc = [
  '@swc/jest',
  {
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  },
];

const shared = {
  rootDir: '.',
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': swc },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^retune/instrumentation$': '<rootDir>/src/instrumentation/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/build', '<rootDir>/dist', '<rootDir>/data'],
};

export default {
  // Of all projects: jest reads it here only. Generous, for machines that are busy with something else.
  testTimeout: 60_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/examples/**/*.spec.ts'],
    },
    { ...shared, displayName: 'architecture', testMatch: ['<rootDir>/test/architecture/**/*.spec.ts'] },
    {
      ...shared,
      displayName: 'contract',
      testMatch: ['<rootDir>/test/contract/**/*.spec.ts'],
    },
    {
      ...shared,
      displayName: 'acceptance',
      testMatch: ['<rootDir>/test/acceptance/**/*.spec.ts'],
      testPathIgnorePatterns: ['alertmanager-differential'],
    },
    // Compares times to the second over 29 services at once, for which the machine must do nothing else: npm run test:alertmanager.
    {
      ...shared,
      displayName: 'alertmanager',
      testMatch: ['<rootDir>/test/acceptance/alertmanager-differential.spec.ts'],
    },
    // Needs descriptions that are fetched first: npm run test:contracts.
    {
      ...shared,
      displayName: 'official',
      testMatch: ['<rootDir>/test/official/**/*.spec.ts'],
    },
  ],
};
