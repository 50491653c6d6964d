import { buildConsole } from './launch/console-build.ts'
import { onStopAsked } from './launch/stop-signals.ts'
import { launch } from './launch/supervised.ts'

/** `npm start`: production. Logs go to standard output, settings come from the environment (docs/operations.md). */
await buildConsole(console.log)
const gateway = launch({ file: 'apps/gateway/src/supervisor.ts' })
onStopAsked(gateway.stop)
process.exit(await gateway.exited)
