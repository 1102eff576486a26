import { afterAll, beforeAll, describe, test } from 'vitest'

import { openBench, type Case, type Engine } from './bench.ts'
import { customCases, defineWidgets } from './custom-cases.ts'
import { lifecycleCases } from './lifecycle-cases.ts'
import { objectCases } from './object-cases.ts'
import { watchCases } from './watch-cases.ts'

/** Runs what holds of every engine, i.e. what our controllers and kubectl rely on, over one; skips it where there is none. */
export function describeConformance(name: string, open: (() => Promise<Engine>) | undefined): void {
  describe.runIf(open !== undefined)(`the Kubernetes API of ${name}`, () => {
    let engine: Engine
    let undefine = async (): Promise<void> => {}

    beforeAll(async () => {
      if (open === undefined) return
      engine = await open()
      undefine = await defineWidgets(await openBench(engine))
    })
    afterAll(async () => {
      await undefine()
      await engine.close()
    })

    const cases: readonly Case[] = [
      ...objectCases,
      ...lifecycleCases,
      ...watchCases,
      ...customCases,
    ]
    test.each(cases)('%s', async (_, expectIt) => {
      await expectIt(await openBench(engine))
    })
  })
}
