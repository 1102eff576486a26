import { contracts } from '@nexqloud/ledger'
import { parseEther } from 'viem'
import { expect, test } from 'vitest'

import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { connectMemoryNode, type MemoryNode } from '../session/memory-node.ts'
import { showSupply } from './show.ts'

const balances = {
  [contracts.emission.address]: parseEther('10000000'),
  [contracts.lockedReserve.address]: parseEther('9500000'),
  [contracts.treasury.address]: parseEther('2.5'),
}

test('the supply shows where all NXQ are, to the wei', async () => {
  const lines = await supplyOf({ chainId: 5_134_417, balances })
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "emission, not out yet  10000000    NXQ
    locked reserve          9500000    NXQ
    faucet                        0    NXQ
    treasury                      2.5  NXQ
    validators’ pool              0    NXQ
    in circulation          1499997.5  NXQ
    fees in flight                0    NXQ
    all                    21000000    NXQ

    Emitted so far are 500000 NXQ; the emission halves next at 2027-11-14 22:13:20 UTC."
  `)
})

test('fees that were burnt and not given back yet are in flight, and in nobody’s hands', async () => {
  const block = {
    number: 7n,
    timestamp: 1n,
    extraData: '0x0f',
    gasUsed: 21_000n,
    baseFeePerGas: 10n ** 9n,
  } as const
  const [line = ''] = await supplyOf({ chainId: 5_134_417, balances, block }, true)
  const inFlight = 21_000n * 10n ** 9n + 15n
  expect(JSON.parse(line)).toMatchObject({
    blockNumber: 7,
    inFlightWei: String(inFlight),
    inCirculationWei: String(parseEther('1499997.5') - inFlight),
  })
})

test('the name of the chain in block 0 is no fee', async () => {
  const block = { number: 0n, timestamp: 1n, extraData: '0x6e6578' } as const
  const [line = ''] = await supplyOf({ chainId: 5_134_417, balances, block }, true)
  expect(JSON.parse(line)).toMatchObject({ inFlightWei: '0' })
})

async function supplyOf(node: MemoryNode, json = false): Promise<readonly string[]> {
  using folder = openScratchFolder()
  const returns = { genesisTime: 1_700_000_000n, periodSeconds: 86_400n }
  const transport = connectMemoryNode({ returns, ...node })
  const shell = createMemoryShell({ connect: async () => transport })
  await showSupply({ data: folder.path, json }, shell)
  return shell.printer.lines
}
