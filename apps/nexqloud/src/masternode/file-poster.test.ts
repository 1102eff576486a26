import { createManualClock } from '@nexqloud/kernel'
import { contracts, ContractRefusalError, createLedger, nexqloudLocal } from '@nexqloud/ledger'
import { decodeFunctionData, type TransactionReceipt } from 'viem'
import { expect, onTestFinished, test } from 'vitest'

import { connectMemoryNode } from '../session/memory-node.ts'
import { RefusedError } from '../transaction/errors.ts'
import type { Intent } from '../transaction/intent.ts'
import { runFilePoster } from './file-poster.ts'

const { abi } = contracts.settlement

test('the file of each period is posted once it is over, so that the masternode stays active', async () => {
  const { posted, pass } = await start()
  expect(posted()).toEqual([])
  await pass(300)
  expect(posted()).toEqual([0n])
  await pass(600)
  expect(posted()).toEqual([0n, 1n, 2n])
})

test('one that was away begins with the period that ended last', async () => {
  const { posted } = await start({ ageSeconds: 86_400 })
  expect(posted()).toEqual([287n])
})

test('what fails is tried again, what was posted before is not', async () => {
  const { posted, pass, refuse, tries, warnings } = await start({
    ageSeconds: 300,
    refusal: 'SettlementTooEarly',
  })
  await pass(5)
  expect([posted(), tries(), warnings]).toEqual([[], 2, ['fileNotPosted', 'fileNotPosted']])
  refuse('SettlementAlreadyPosted')
  await pass(20)
  expect([posted(), tries()]).toEqual([[], 3])
  refuse(undefined)
  await pass(300)
  expect(posted()).toEqual([1n])
})

type Scene = { readonly ageSeconds?: number; readonly refusal?: string }

async function start({ ageSeconds = 0, refusal }: Scene = {}) {
  const clock = createManualClock(0)
  const sent: (readonly unknown[] | undefined)[] = []
  const warnings: string[] = []
  let [refused, tries] = [refusal, 0]
  const send = async ({ data }: Intent): Promise<TransactionReceipt> => {
    tries += 1
    if (refused !== undefined) {
      throw new RefusedError(new ContractRefusalError({ errorName: refused, args: [] }, undefined))
    }
    sent.push(decodeFunctionData({ abi, data: data ?? '0x' }).args)
    return {} as TransactionReceipt
  }
  const returns = { genesisTime: 1000n, periodSeconds: 300n }
  const transport = connectMemoryNode({ chainId: nexqloudLocal.id, returns })
  const stop = new AbortController()
  const done = runFilePoster(
    {
      ledger: createLedger({ chain: nexqloudLocal, transport }),
      send,
      clock: { ...clock, wallMs: () => (1000 + ageSeconds) * 1000 + clock.steadyMs() },
      log: {
        info: () => {},
        warn: (_: unknown, event?: string) => warnings.push(event ?? ''),
      } as never,
    },
    stop.signal,
  )
  onTestFinished(async () => {
    stop.abort()
    await clock.pass(0)
    await done
  })
  await settle()
  return {
    warnings,
    tries: () => tries,
    posted: () => sent.map((args) => args?.[0]),
    refuse: (next: string | undefined) => {
      refused = next
    },
    pass: async (seconds: number): Promise<void> => {
      for (let passed = 0; passed < seconds; passed += 5) {
        await clock.pass(5000)
        await settle()
      }
    },
  }
}

/** What is asked of a node in memory is answered within some turns of the loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
