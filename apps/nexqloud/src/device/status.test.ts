import { join } from 'node:path'

import { parseAddress, parseDeviceId } from '@nexqloud/kernel'
import { nexqloudLocal } from '@nexqloud/ledger'
import { numberToHex, stringToHex } from 'viem'
import { expect, test } from 'vitest'

import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { connectMemoryNode, revertWith, type MemoryNode } from '../session/memory-node.ts'
import { makePrivateFolder } from '../whole-file.ts'
import { writeAgentStatus, type AgentStatus } from './agent-status.ts'
import { drainDevice } from './drain.ts'
import { writeMembership } from './membership.ts'
import { showStatus } from './status.ts'
import { readWish } from './wish.ts'

/** Some minutes before the time of the shell in memory. */
const at = new Date(1_700_000_000_000 - 150_000).toISOString()
const owner = parseAddress(`0x${'1'.repeat(40)}`)
const none = { cpu: 0, memoryScore: 0, storageScore: 0, gpu: 0, isp: 0 }
const scores = { cpu: 1200, memoryScore: 5000, storageScore: 9000, gpu: 0, isp: 0 }

test('an agent that works tells in plain words what it does', async () => {
  const pods = [
    { namespace: 'acme', name: 'web', uid: 'a', phase: 'Running', ready: true, restarts: 0 },
    {
      namespace: 'acme',
      name: 'db',
      uid: 'b',
      phase: 'Pending',
      ready: false,
      restarts: 3,
      reason: 'There is no such image.',
    },
  ]
  const links = [{ masternode: 'masternode.example:4433', since: at }]
  const lines = await statusOf({ status: 3, accepted: scores }, { links, pods })
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "device      7, in region local
    owner       0x1111111111111111111111111111111111111111
    on chain    active
    scores      CPU 1200, memory 5000, storage 9000, GPU 0, line 0
    agent       runs for 2 min 30 s on docker 28.1 (process PID)
    masternode  masternode.example:4433, for 2 min 30 s
    use         It is used: 2 pods.

    POD       PHASE               RESTARTS  REASON
    acme/web  Running  ready      0
    acme/db   Pending  not ready  3         There is no such image."
  `)
})

test('an agent that is in trouble tells what failed, and what to do', async () => {
  const trouble = { code: 'X', message: 'm:1 was not reached: refused', hint: 'Check it.', at }
  const fault = { code: 'Y', message: 'The disk is full.', at }
  const lines = await statusOf({ status: 2, offered: scores }, { linkTrouble: trouble, fault })
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "device      7, in region local
    owner       0x1111111111111111111111111111111111111111
    on chain    measured
    scores      none accepted yet
    offered     CPU 1200, memory 5000, storage 9000, GPU 0, line 0
    agent       runs for 2 min 30 s on docker 28.1 (process PID)
    masternode  none
    last fault  The disk is full. (2023-11-14T22:10:50.000Z)
    use         Its scores wait for its owner: nexqloud device accept
                No masternode has a link to it. m:1 was not reached: refused Check it."
  `)
})

test('without an agent, and without a chain, it tells what it knows', async () => {
  const lines = await statusOf(undefined, undefined)
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "device      7, in region local
    owner       0x1111111111111111111111111111111111111111
    on chain    not known: The contract function "device" reverted.
    scores      none accepted yet
    agent       does not run
    masternode  none
    use         The chain does not answer, so its status is not known.
                Its agent does not run: nexqloud device run"
  `)
})

test('draining says whom it reaches', async () => {
  using folder = openScratchFolder()
  await join7(folder.path)
  const shell = createMemoryShell()
  await drainDevice({ data: folder.path }, shell)
  expect(await readWish(join(folder.path, 'device'))).toBe('drain')
  await drainDevice({ data: folder.path, undo: true }, shell)
  expect(await readWish(join(folder.path, 'device'))).toBe('work')
  expect(shell.printer.lines).toMatchInlineSnapshot(`
    [
      "Device 7 takes nothing new, and masternodes move what it has. Its agent does not run; it learns it when it starts.",
      "Device 7 takes new pods again. Its agent does not run; it learns it when it starts.",
    ]
  `)
})

test.each([
  ['status', showStatus],
  ['drain', drainDevice],
])('%s of a folder that did not join says how to', async (_, command) => {
  using folder = openScratchFolder()
  await expect(command({ data: folder.path }, createMemoryShell())).rejects.toMatchObject({
    code: 'DEVICE_NOT_JOINED',
    hint: expect.stringContaining('nexqloud device join'),
  })
})

/** What is printed where the chain says this of the device, and the agent that. */
async function statusOf(
  onChain: object | undefined,
  agent: Partial<AgentStatus> | undefined,
): Promise<readonly string[]> {
  using folder = openScratchFolder()
  await join7(folder.path)
  if (agent !== undefined) {
    const engine = { name: 'docker', version: '28.1' }
    const said = {
      pid: process.pid,
      at,
      startedAt: at,
      device: 7,
      engine,
      isDraining: false,
      links: [],
    }
    await writeAgentStatus(join(folder.path, 'device'), { ...said, ...agent })
  }
  const device = onChain === undefined ? revertWith('0x') : { ...record, ...onChain }
  const node: MemoryNode = { chainId: nexqloudLocal.id, returns: { device } }
  const shell = createMemoryShell({ connect: async () => connectMemoryNode(node) })
  await showStatus({ data: folder.path }, shell)
  return shell.printer.lines.map((line) => line.replace(String(process.pid), 'PID'))
}

const record = {
  key: 101n,
  tlsKeyHash: `0x${'7'.repeat(64)}`,
  region: stringToHex('local', { size: 32 }),
  owner,
  status: 3,
  accepted: none,
  offered: none,
  measurer: 0,
  measureBefore: 0,
}

async function join7(dataFolder: string): Promise<void> {
  const folder = join(dataFolder, 'device')
  await makePrivateFolder(folder)
  await writeMembership(folder, {
    device: parseDeviceId(7),
    owner,
    key: 101n,
    tlsKeyHash: `0x${'7'.repeat(64)}`,
    region: 'local',
    chainId: nexqloudLocal.id,
    genesisHash: numberToHex(1n, { size: 32 }),
  })
}
