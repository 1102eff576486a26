import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { concatHex, numberToHex, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterEach, expect, test } from 'vitest'

import { ask, startChain } from './chain-process.ts'
import { createLocalGenesisJson } from './load-genesis.ts'

/** What is said of a node that is asked to end: it ends in order within this. */
const BOUND_MS = 5000

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

test('a node that is asked to end in the middle of a long block ends in order, and loses nothing', async () => {
  const { folder, account } = await setup()
  const node = await startChain(folder)
  const hash = await ask(node.url, 'eth_sendRawTransaction', await signLong(account))
  await new Promise((resolve) => {
    setTimeout(resolve, 1000)
  })
  expect(await ask(node.url, 'eth_blockNumber')).toBe('0x0')
  const askedMs = performance.now()
  expect(await node.stop()).toBe(0)
  expect(performance.now() - askedMs).toBeLessThan(BOUND_MS)
  expect(existsSync(join(folder, 'endpoints.json'))).toBe(false)
  const again = await startChain(folder)
  expect(await ask(again.url, 'eth_getTransactionByHash', hash)).toMatchObject({ hash })
  expect(await again.stop()).toBe(0)
})

async function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-stop-'))
  folders.push(folder)
  mkdirSync(folder, { recursive: true })
  const account = privateKeyToAccount(generatePrivateKey())
  writeFileSync(join(folder, 'genesis.json'), await createLocalGenesisJson([account.address]))
  return { folder, account }
}

/** Signs a call of the hash function BLAKE2 that takes a whole block's gas, one unit a round. */
async function signLong(account: ReturnType<typeof privateKeyToAccount>): Promise<Hex> {
  const rounds = numberToHex(29_900_000, { size: 4 })
  return account.signTransaction({
    chainId: 5_134_418,
    type: 'eip1559',
    to: `0x${'09'.padStart(40, '0')}`,
    data: concatHex([rounds, `0x${'01'.repeat(208)}`, '0x01']),
    nonce: 0,
    gas: 29_990_000n,
    maxFeePerGas: 10n ** 9n,
    maxPriorityFeePerGas: 0n,
  })
}
