/** File names say what a module is: words in kebab-case, then at most one layer of the closed list, then `test`. */

const layers = ['state', 'rules', 'usecases', 'repository', 'tables', 'routes', 'errors', 'events', 'port']
/** `suite`: the tests every driver of a port runs; `config`: what a tool demands; `d`: declarations. */
const others = ['suite', 'config', 'd']
const vague = ['utils', 'util', 'helpers', 'helper', 'common', 'shared', 'misc']

/** What is wrong with a source file's path (relative to the repository); undefined: nothing. */
export function fileNameProblem(path: string): string | undefined {
  const parts = path.split('/')
  const file = parts.at(-1) ?? ''
  const [word = '', ...suffixes] = file.replace(/\.(tsx?|mjs)$/, '').split('.')
  // A long test may be cut by what it is about: `parse.property.test.ts`.
  if (suffixes.at(-1) === 'test') suffixes.splice(suffixes.length > 1 ? -2 : -1)
  const unknown = suffixes.find(suffix => !layers.includes(suffix) && !others.includes(suffix))
  if (unknown !== undefined) return `${path}: ".${unknown}" is not one of .${layers.join(' .')}`
  if (suffixes.length > 1) return `${path}: one layer per file`
  const vagueWord = [...parts.slice(0, -1), word].find(part => vague.includes(part))
  if (vagueWord !== undefined) return `${path}: "${vagueWord}" says nothing; name the thing`
  // A component is called as its file.
  const pattern = file.endsWith('.tsx')
    ? /^([A-Z][A-Za-z0-9]*|[a-z0-9]+(-[a-z0-9]+)*)$/
    : /^[a-z0-9]+(-[a-z0-9]+)*$/
  return pattern.test(word) ? undefined : `${path}: "${word}" is not in kebab-case`
}
