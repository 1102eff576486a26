import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest'

import { openBench, type Bench, type EngineUnderTest } from './suite/bench.ts'
import { commandsCases } from './suite/commands.ts'
import { containersCases } from './suite/containers.ts'
import { imagesCases } from './suite/images.ts'
import { machineCases } from './suite/machine.ts'
import { outputCases } from './suite/output.ts'

/** What every engine is held to. */
const cases = [machineCases, imagesCases, containersCases, outputCases, commandsCases].flat()

/** Holds an engine to its port; why it cannot be held to it is said of each case. */
export function describeEngine(
  engine: string,
  {
    skip,
    open,
  }: { readonly skip?: string | undefined; readonly open: () => Promise<EngineUnderTest> },
): void {
  // oxlint-disable-next-line vitest/valid-title -- it is one
  describe(engine, () => {
    let bench: Bench | undefined

    beforeAll(async () => {
      if (skip === undefined) bench = await openBench(await open())
    })
    afterAll(() => bench?.subject.close())
    beforeEach((context) => {
      if (skip !== undefined) context.skip(skip)
    })

    // oxlint-disable-next-line vitest/expect-expect -- each case has its own
    test.each(cases)('$name', async ({ run }) => {
      if (bench === undefined) throw new Error('There is no engine.')
      await run(bench)
    })
  })
}
