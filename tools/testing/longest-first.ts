import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Minutes each, in files of a few lines: by their size vitest would begin with them last, and wait for them alone. */
const longest = [
  /\/test\/kill\/(control|database|worker)\.test\.ts$/,
  /\/test\/peers\/sipp-signalling\.test\.ts$/,
  /\/test\/kill\/twilio-\w+\.test\.ts$/,
]

/** The order of files that run several at once: who takes longest begins. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification) => {
      const rank = longest.findIndex(name => name.test(moduleId))
      return rank === -1 ? longest.length : rank
    }
    return (await super.sort(files)).toSorted((one, other) => rankOf(one) - rankOf(other))
  }
}
