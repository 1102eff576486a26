import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { promisify } from 'node:util'

import { openChain } from '@nexqloud/chain'
import { systemClock } from '@nexqloud/kernel'

import type { Facts, Measure } from '../src/index.ts'
import { createLoadGenesis, createSenders } from './load.ts'
import { makeBlocksElsewhere, SENDERS } from './make-blocks.ts'
import { openDoors } from './open-doors.ts'
import { createRpcClient } from './rpc-client.ts'

/** Restarts of one chain, each in a process of its own: making the chain takes far longer than they do. */
const RESTARTS = 7

type Restart = { readonly wallSeconds: number; readonly cpuSeconds: number; readonly head: number }

/** Makes a chain of so many blocks and restarts it; the facts are the medians. */
export async function restartChain(measure: Measure, blocks: number): Promise<Facts> {
  const folder = await makeBlocksElsewhere(blocks)
  try {
    const restarts = await measure(async () => {
      const made: Restart[] = []
      for (let turn = 0; turn < RESTARTS; turn += 1) made.push(await restartElsewhere(folder))
      return made
    })
    const other = restarts.find(({ head }) => head !== blocks)
    if (other !== undefined) throw new Error(`The head is ${other.head}, not ${blocks}.`)
    return {
      wallSeconds: middle(restarts.map(({ wallSeconds }) => wallSeconds)),
      cpuSeconds: middle(restarts.map(({ cpuSeconds }) => cpuSeconds)),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function middle(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}

async function restartElsewhere(folder: string): Promise<Restart> {
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, [import.meta.filename, folder])
  return JSON.parse(stdout) as Restart
}

/** Opens a chain in this process, which has opened none before, until it has answered. */
async function restart(folder: string): Promise<Restart> {
  const genesis = await createLoadGenesis(createSenders(SENDERS), { gasLimit: 30_000_000n })
  const cpuBefore = process.cpuUsage()
  const startedMs = performance.now()
  const chain = await openChain({ genesis, folder, clock: systemClock })
  const server = await openDoors(chain)
  const client = createRpcClient(server.url)
  const head = Number(await client.ask('eth_blockNumber'))
  const wallSeconds = (performance.now() - startedMs) / 1000
  const { user, system } = process.cpuUsage(cpuBefore)
  client.close()
  await server.close()
  await chain.close()
  return { wallSeconds, cpuSeconds: (user + system) / 1e6, head }
}

if (import.meta.main) {
  process.stdout.write(JSON.stringify(await restart(process.argv[2] ?? '')))
}
