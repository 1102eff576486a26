import type { Clock } from '@nexqloud/kernel'
import type { Hex } from 'viem'
import { expect, test } from 'vitest'

import * as bytecode from '../../test/bytecode.ts'
import { openChainNode } from '../../test/chain-node.ts'
import { createLocalGenesis } from '../../test/local-genesis.ts'
import { calling, rich } from '../../test/simulation.ts'
import { openThreadSimulator } from './open-thread-simulator.ts'

const to: Hex = `0x${'c0'.repeat(20)}`

test('a call that takes too long ends with its thread, and those behind it are answered', async () => {
  const { simulator, clock, delayed, close } = await setup()
  const accounts = { [to]: { code: bytecode.endless } }
  const endless = simulator.call(calling({ to }, { accounts })).catch((error: unknown) => error)
  const others = [1, 2].map(() => simulator.call(calling({ to })))
  await delayed
  await clock.pass(5000)
  expect(await endless).toMatchInlineSnapshot(
    `[CallTimeoutError: execution aborted (timeout = 5s)]`,
  )
  for (const other of others) expect(await other).toMatchObject({ status: 'returned' })
  await close()
})

test('what is asked after its end is refused', async () => {
  const { simulator, close } = await setup()
  await close()
  await expect(simulator.call(calling({ to }))).rejects.toMatchObject({
    code: 'CHAIN_CALLS_CLOSED',
  })
  const trace = { kind: 'calls', onlyTopCall: false, withLog: false } as const
  await expect(
    simulator.traceTransaction({ blockNumber: 1n, index: 0 }, trace),
  ).rejects.toMatchObject({ code: 'CHAIN_CALLS_CLOSED' })
})

/** A simulator that knows nearly no limit but time, and its clock. */
async function setup() {
  const genesis = await createLocalGenesis({ [rich]: 1n })
  const { folder = '', clock, close } = await openChainNode(genesis, 'disk')
  const { promise: delayed, resolve } = Promise.withResolvers<void>()
  const delay: Clock['delay'] = (ms, signal) => {
    resolve()
    return clock.delay(ms, signal)
  }
  const simulator = openThreadSimulator(
    { folder, genesis: genesis.source, gasCap: 10n ** 12n },
    { clock: { ...clock, delay }, timeoutMs: 5000 },
  )
  return {
    simulator,
    clock,
    delayed,
    close: async () => {
      await simulator.close()
      await close()
    },
  }
}
