// Who may import whom (DESIGN §3). tools/boundaries/canary plants one violation of every rule, and `npm run check`
// fails when one of them is not found: a checker that sees no modules says "no violations" too.

const gateway = '^apps/gateway/src'
const test = '\\.test\\.ts$'
const double = '/(testing/[^/]+|fakes/[^/]+|doubles|test-[^/]+|create-test-[^/]+)\\.tsx?$'
const inPackage = name => `(^|/)node_modules/${name}/`

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two modules that need each other are one module, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'state-and-rules-are-pure',
      comment: 'Pure in the middle: state and rules know types, schemas, pure packages and each other.',
      severity: 'error',
      from: { path: '^(apps|packages)/.+\\.(state|rules)\\.ts$' },
      to: {
        pathNot: [
          '\\.(state|rules|errors)\\.ts$',
          '(^|/)packages/(contract|sip|media)/',
          inPackage('(zod|libphonenumber-js)'),
          // For its address arithmetic alone: biome.json forbids them every other name of it.
          '^(node:)?net$',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'usecases-know-no-transport',
      comment: 'Use cases speak to ports and repositories; HTTP, SQL drivers and sockets stay at the rim.',
      severity: 'error',
      from: { path: '\\.usecases\\.ts$' },
      to: {
        path: [inPackage('(fastify|@fastify/[^/]+|pg|ws)'), '^(node:)?(net|dgram|http|https|http2|tls)$'],
      },
    },
    {
      name: 'legs-know-only-ports',
      comment:
        'A leg is a driver behind its port: it knows no call, and nothing of another context but its port.',
      severity: 'error',
      from: { path: `${gateway}/legs/`, pathNot: test },
      to: { path: `${gateway}/`, pathNot: [`${gateway}/legs/`, '\\.port\\.ts$'] },
    },
    {
      name: 'pure-packages-stand-alone',
      comment: 'packages/sip and packages/media import nothing but themselves, Node included.',
      severity: 'error',
      from: { path: '^packages/(sip|media)/src/', pathNot: test },
      to: { pathNot: '^packages/$1/src/' },
    },
    {
      name: 'contexts-have-one-door',
      comment: 'A context is entered through its index.ts or a port.',
      severity: 'error',
      from: { path: `${gateway}/([^/]+)(/|\\.ts$)`, pathNot: test },
      to: {
        path: `${gateway}/[^/]+/.+`,
        pathNot: [
          `${gateway}/$1/`,
          `${gateway}/([^/]+|legs/[^/]+|carriers/[^/]+)/index\\.ts$`,
          '\\.port\\.ts$',
          `${gateway}/control/`,
          double,
        ],
      },
    },
    {
      name: 'composition-is-on-top',
      comment: 'control/ is main.ts cut into files: it knows every context, and no context knows it.',
      severity: 'error',
      from: { path: '^apps/', pathNot: [`${gateway}/(main\\.ts$|control/)`, test] },
      to: { path: `${gateway}/control/` },
    },
    {
      name: 'doubles-are-for-tests',
      comment: 'A test double is imported by tests and by other doubles only.',
      severity: 'error',
      from: { path: '^(apps|packages/(sip|media|contract))/', pathNot: [test, double, '\\.suite\\.ts$'] },
      to: { path: double },
    },
    {
      name: 'workers-know-no-database',
      comment: 'SQL never enters a worker, nor does anything else of control.',
      severity: 'error',
      from: { path: `${gateway}/media/worker/`, pathNot: test },
      to: {
        path: [`${gateway}/`, inPackage('(pg|fastify|better-auth|twilio)')],
        pathNot: [`${gateway}/media/`, '\\.port\\.ts$'],
      },
    },
    {
      name: 'control-knows-no-worker-internals',
      comment: 'Audio never enters control: it speaks to workers through media/worker.port.ts.',
      severity: 'error',
      from: { path: `${gateway}/`, pathNot: [`${gateway}/media/worker/`, test] },
      to: { path: `${gateway}/media/worker/` },
    },
    {
      name: 'apps-are-apart',
      comment: 'Console and gateway share packages/contract and nothing else.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'packages-know-no-app',
      comment: 'Packages are below the apps.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(apps|tools|test)/' },
    },
    {
      name: 'imports-resolve',
      comment: 'An import that leads nowhere is invisible to every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['(^|/)dist/', '^tools/boundaries/canary/'] },
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
