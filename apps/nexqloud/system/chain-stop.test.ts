import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { concatHex, numberToHex, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterEach, expect, test } from 'vitest'

import { ask, main, runCommand, startChain } from './chain-process.ts'
import { createLocalGenesisJson } from './load-genesis.ts'

/** A node that is asked to end does so within five seconds; a machine that does other things too is given twice as long. */
const BOUND_MS = 10_000

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

test('a node whose results nobody reads ends in order', async () => {
  const { folder } = await setup()
  const child = spawnChain(folder)
  child.stdout.destroy()
  const [code] = (await once(child, 'exit')) as [number]
  expect(code).toBe(141)
  expect(readdirSync(folder).toSorted()).toEqual(['chain', 'endpoints', 'genesis.json'])
})

test('a node that is asked to end while it starts ends in order, and starts again', async () => {
  const folder = createFolder()
  for (const waitMs of [50, 200, 400, 600, 800, 1000]) {
    const child = spawnChain(folder)
    const end = setTimeout(() => child.kill('SIGTERM'), waitMs)
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
    clearTimeout(end)
    // Until its own code runs, the system's default holds.
    expect([0, 'SIGTERM']).toContain(code ?? signal)
    expect(existsSync(join(folder, 'endpoints.json'))).toBe(false)
  }
  const node = await startChain(folder)
  expect(await node.stop()).toBe(0)
})

test('a node that is killed at its very first start is started by the next', async () => {
  const folder = createFolder()
  for (const waitMs of [150, 250, 350, 450, 550, 650, 750]) {
    const child = spawnChain(folder)
    const end = setTimeout(() => child.kill('SIGKILL'), waitMs)
    await once(child, 'exit')
    clearTimeout(end)
  }
  const node = await startChain(folder)
  expect(await ask(node.url, 'eth_blockNumber')).toBe('0x0')
  expect(await node.stop()).toBe(0)
})

test('a disk that is full at the very first start is told, and with room the node starts', async (context) => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    context.skip('Only root on Linux can make a disk that fills up.')
  }
  const folder = createFolder()
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', folder])
  try {
    for (const freeKib of [0, 16, 200, 300]) {
      const filler = join(folder, 'filler')
      const { bavail, bsize } = statfsSync(folder)
      writeFileSync(filler, new Uint8Array(Math.max(0, bavail * bsize - freeKib * 1024)))
      const { exitCode, output } = runCommand('chain', '--data', folder, '--port', '0')
      expect(exitCode).toBe(1)
      expect(output).toMatch(/disk (is full|has no room)/)
      expect(output).toContain('Make room on the disk')
      rmSync(filler)
      expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([])
    }
    const node = await startChain(folder)
    expect(await node.stop()).toBe(0)
  } finally {
    execFileSync('umount', ['-l', folder])
  }
})

function spawnChain(folder: string) {
  const args = [main, 'chain', '--data', folder, '--port', '0', '--log-level', 'silent']
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
}

async function setup() {
  const folder = createFolder()
  const account = privateKeyToAccount(generatePrivateKey())
  writeFileSync(join(folder, 'genesis.json'), await createLocalGenesisJson([account.address]))
  return { folder, account }
}

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-stop-'))
  folders.push(folder)
  return folder
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
