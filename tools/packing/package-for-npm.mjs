// `build` (before `npm pack`): JavaScript and types into dist, and a manifest that names them, because Node strips no types under
// node_modules. `restore` (after it): the workspace's manifest again, which names the sources. Run in the package's folder.

import { execFileSync } from 'node:child_process'
import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
/** Neither is packed: the manifest's `files` do not name them. */
const kept = 'package.workspace.json'
const project = 'tsconfig.build.json'

function build() {
  rmSync('dist', { recursive: true, force: true })
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json')
  execFileSync(process.execPath, [join(dirname(typescript), 'bin/tsc'), '-p', project], { stdio: 'inherit' })
  copyFileSync(join(root, 'LICENSE'), 'LICENSE')
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
  const { exports, ...publishConfig } = manifest.publishConfig
  renameSync('package.json', kept)
  const { scripts: _, ...published } = { ...manifest, exports, publishConfig }
  writeFileSync('package.json', `${JSON.stringify(published, null, 2)}\n`)
}

function restore() {
  renameSync(kept, 'package.json')
  rmSync('LICENSE')
}

const actions = { build, restore }
const action = actions[process.argv[2]]
if (!action) throw new Error(`say one of: ${Object.keys(actions).join(', ')}`)
action()
