import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createLinkPair, settle } from '../../test/link-pair.ts'
import { ModelSide } from '../../test/model-side.ts'
import { createMuxEnd, type MuxEnd } from '../../test/mux-end.ts'
import { muxLimitsByDefault } from './limits.ts'
import type { MuxStream, StreamHandler } from './mux-stream.ts'
import { createWindowBudget } from './window-budget.ts'

const BUDGET_BYTES = 1 << 20

/** What a user of either end may do; `which` picks one of the streams. */
type Step = {
  readonly end: 0 | 1
  readonly which: number
} & (
  | { readonly act: 'open' | 'end' | 'reset' | 'stall' | 'read' | 'ping' | 'wait' }
  | {
      readonly act: 'write'
      readonly bytes: number
      readonly times: number
      readonly isVolatile: boolean
    }
)

const place = { end: fc.constantFrom(0, 1), which: fc.nat({ max: 20 }) } as const
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      ...place,
      act: fc.constant('write' as const),
      bytes: fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 6000 }), fc.nat({ max: 60_000 })),
      times: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 100 })),
      isVolatile: fc.boolean(),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      ...place,
      act: fc.constantFrom('open', 'open', 'end', 'reset', 'stall', 'read', 'ping', 'wait'),
    }),
  },
)

test('whatever two ends do, every stream gives what was written, in order, within its window', async () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 6 })
  const linkBytes = fc.constantFrom(130_000, 512 << 10)
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60 }),
      cuts,
      linkBytes,
      async (steps, sizes, most) => {
        let turn = 0
        const pair = createPair(() => sizes[(turn += 1) % sizes.length] ?? 1, most)
        for (const each of steps) await take(pair, each)
        await finish(pair)
      },
    ),
    { numRuns: 120 },
  )
})

type Pair = {
  readonly ends: readonly [MuxEnd, MuxEnd]
  readonly sides: readonly [ModelSide[], ModelSide[]]
}

function createPair(nextBytes: () => number, linkBytes: number): Pair {
  const sockets = createLinkPair(nextBytes)
  const sides: readonly [ModelSide[], ModelSide[]] = [[], []]
  const createEnd = (at: 0 | 1) =>
    createMuxEnd(sockets[at], {
      role: at === 0 ? 'dialer' : 'listener',
      limits: { ...muxLimitsByDefault, linkBytes },
      budget: createWindowBudget(BUDGET_BYTES),
      accept: (stream, { target }) => meet(stream, target.toString()),
    })
  const meet = (stream: MuxStream, name: string): StreamHandler => {
    const near = [...sides[0], ...sides[1]].find((side) => side.name === name)
    const side = new ModelSide(stream, name)
    side.other = near
    if (near !== undefined) near.other = side
    sides[sides[0].includes(near as ModelSide) ? 1 : 0].push(side)
    return side.handler()
  }
  return { ends: [createEnd(0), createEnd(1)], sides }
}

async function take({ ends, sides }: Pair, each: Step): Promise<void> {
  if (each.act === 'wait') return settle(3)
  if (each.act === 'ping') return ends[each.end].mux.ping()
  if (each.act === 'open') {
    const name = `${each.end}.${sides[0].length}.${sides[1].length}.${each.which}`
    ends[each.end].mux.open({ target: Buffer.from(name) }, (stream) => {
      const side = new ModelSide(stream, name)
      sides[each.end].push(side)
      return side.handler()
    })
    return
  }
  const list = sides[each.end]
  const side = list[each.which % Math.max(1, list.length)]
  if (side === undefined) return
  if (each.act === 'write') side.write(each)
  else if (each.act === 'stall') side.isReading = false
  else if (each.act === 'read') side.read()
  else if (each.act === 'end') {
    side.isEnding = true
    side.stream.end()
  } else {
    side.wasReset = true
    side.stream.reset('cancel')
  }
}

/** Reads and ends everything that is open; then nothing may be left. */
async function finish({ ends, sides }: Pair): Promise<void> {
  await settle(5)
  const all = [...sides[0], ...sides[1]]
  for (const side of all) {
    side.read()
    side.isEnding = true
    side.stream.end()
  }
  for (let turn = 0; turn < 200 && ends.some(({ mux }) => mux.streamCount > 0); turn += 1) {
    await settle(5)
  }
  for (const side of all) {
    const wasReset = side.wasReset || side.other?.wasReset === true
    if (!wasReset) expect([side.hasEnded, side.mayWrite || side.isEnding]).toEqual([true, true])
    if (!wasReset) expect(side.receivedBytes).toBe(side.other?.sentBytes)
    expect(side.stream.state).toBe('closed')
  }
  for (const { mux, ends: failures } of ends) {
    expect([mux.streamCount, mux.budget.freeBytes(), failures]).toEqual([0, BUDGET_BYTES, []])
  }
}
