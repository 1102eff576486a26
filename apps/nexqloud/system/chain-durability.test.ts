import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, expect, test } from 'vitest'

import { ask, runCommand, startChain, type ChainProcess } from './chain-process.ts'
import { createLocalGenesisJson } from './load-genesis.ts'
import { createLoad, findLost, type Load } from './load.ts'
import { cutPower, traceInto } from './power-cut.ts'

const KILLS = 30
const POWER_CUTS = 5
const PEOPLE = 4

const undo: (() => void)[] = []
afterEach(() => {
  for (const action of undo.splice(0).toReversed()) action()
})

test(`after ${KILLS} kills under load, nothing that was acknowledged is lost, and all of it verifies`, async () => {
  const { folder, load } = await setup()
  for (let kill = 0; kill < KILLS; kill += 1) {
    const node = await startChain(folder)
    expect(await findLost(node.url, load)).toEqual([])
    await loadFor(load, { node, ms: 20 + Math.random() * 800, end: node.kill })
  }
  await expectWhole(folder, load)
})

test(`after ${POWER_CUTS} power cuts under load, nothing that was acknowledged is lost`, async (context) => {
  if (process.platform !== 'linux')
    context.skip('Only Linux has strace, which tells what was synced.')
  const { folder, load } = await setup()
  for (let cut = 0; cut < POWER_CUTS; cut += 1) {
    const trace = `${folder}.trace`
    const node = await startChain(folder, traceInto(trace))
    expect(await findLost(node.url, load)).toEqual([])
    await loadFor(load, { node, ms: 500 + Math.random() * 2500, end: node.kill })
    // A trace that nobody could read would cut nothing.
    const { synced } = await cutPower(join(folder, 'chain'), trace)
    expect(synced).toBeGreaterThan(0)
    rmSync(trace)
  }
  await expectWhole(folder, load)
})

test('a full disk stops the node before it acknowledges, and with room it goes on', async (context) => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    context.skip('Only root on Linux can make a disk that fills up.')
  }
  const { folder, load } = await setup({ diskMegabytes: 48 })
  const first = await startChain(folder)
  await loadFor(load, { node: first, ms: 1500, end: async () => {} })
  const filler = join(folder, 'filler')
  fillUp(folder, filler)
  await Promise.race([load.run(first.url, new AbortController().signal), first.ended])
  const { exitCode, output } = await first.ended
  expect(exitCode).toBe(1)
  expect(output).toContain('the disk is full')
  expect(output).toContain('Make room on the disk and start again')
  rmSync(filler)
  await expectWhole(folder, load)
})

test('a second node on the folder is refused, and leaves the first one alone', async () => {
  const { folder } = await setup()
  const first = await startChain(folder)
  const second = runCommand('chain', '--data', folder, '--port', '0')
  expect(second.exitCode).toBe(1)
  expect(second.output).toContain('Another node is using')
  expect(await ask(first.url, 'eth_blockNumber')).toBe('0x0')
  expect(await first.stop()).toBe(0)
})

test('a damaged folder is named, with what to do', async () => {
  const { folder } = await setup()
  const node = await startChain(folder)
  await node.stop()
  execFileSync('sh', ['-c', `for f in ${folder}/chain/MANIFEST-*; do printf garbage > "$f"; done`])
  const { exitCode, output } = runCommand('chain', '--data', folder, '--port', '0')
  expect(exitCode).toBe(1)
  expect(output).toContain('is damaged')
  expect(output).toContain('nexqloud chain import')
})

/** A data folder whose network has funded the people of a load. */
async function setup({ diskMegabytes }: { readonly diskMegabytes?: number } = {}) {
  const load = createLoad(PEOPLE)
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-durable-'))
  undo.push(() => rmSync(folder, { recursive: true }))
  if (diskMegabytes !== undefined) mountDisk(folder, diskMegabytes)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'genesis.json'), await createLocalGenesisJson(load.addresses))
  return { folder, load }
}

type Loading = {
  readonly node: ChainProcess
  readonly ms: number
  readonly end: () => Promise<void>
}

/** Loads a node for a while, then ends it in the middle of that. */
async function loadFor(load: Load, { node, ms, end }: Loading): Promise<void> {
  const stop = new AbortController()
  const running = load.run(node.url, stop.signal)
  await new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
  await end()
  stop.abort()
  await running
}

/** Everything acknowledged is in a block in the end, and every block is what the rules lead to. */
async function expectWhole(folder: string, load: Load): Promise<void> {
  const node = await startChain(folder)
  expect(load.acknowledged.size).toBeGreaterThan(0)
  expect(await findLost(node.url, load)).toEqual([])
  await untilEmpty(node.url)
  const [some = '0x'] = load.acknowledged
  expect(await ask(node.url, 'eth_getTransactionReceipt', some)).toMatchObject({ status: '0x1' })
  expect(await node.stop()).toBe(0)
  const { exitCode, output } = runCommand('chain', 'verify', '--data', folder)
  expect(output).toMatch(/All \d+ blocks are what the rules lead to/)
  expect(exitCode).toBe(0)
}

async function untilEmpty(url: string): Promise<void> {
  for (;;) {
    const { pending } = (await ask(url, 'txpool_status')) as { readonly pending: string }
    if (pending === '0x0') return
    await new Promise((resolve) => {
      setTimeout(resolve, 200)
    })
  }
}

function mountDisk(folder: string, megabytes: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder])
  undo.push(() => execFileSync('umount', ['-l', folder]))
}

/** Leaves room for a few hundred kilobytes. */
function fillUp(folder: string, filler: string): void {
  const { bavail, bsize } = statfsSync(folder)
  writeFileSync(filler, new Uint8Array(Math.max(0, bavail * bsize - 300_000)))
}
