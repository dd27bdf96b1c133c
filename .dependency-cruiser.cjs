const { dependencyCruiserRules } = require('./test/architecture/import-rules.cjs');

/** The rules are data in test/architecture/import-rules.cjs; here stands only how TypeScript is read. */
module.exports = {
  forbidden: dependencyCruiserRules(),
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: `${__dirname}/tsconfig.json` },
    tsPreCompilationDeps: true, // keeps type-only imports in the graph, marked as such
    enhancedResolveOptions: {
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['main', 'types'],
    },
  },
};
