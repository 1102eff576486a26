import { join } from 'node:path'

import { parseAddress, parseDeviceId } from '@nexqloud/kernel'
import { nexqloudLocal } from '@nexqloud/ledger'
import { numberToHex, stringToHex } from 'viem'
import { expect, test } from 'vitest'

import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { connectMemoryNode } from '../session/memory-node.ts'
import { makePrivateFolder } from '../whole-file.ts'
import { acceptOffer, type AcceptOptions } from './accept.ts'
import { writeAgentStatus } from './agent-status.ts'
import { writeMembership } from './membership.ts'

const none = { cpu: 0, memoryScore: 0, storageScore: 0, gpu: 0, isp: 0 }
const counts = { cpu: 1000, memoryScore: 5000, storageScore: 9000, gpu: 0, isp: 40_000 }
const owner = parseAddress(`0x${'1'.repeat(40)}`)
const at = new Date(1_700_000_000_000).toISOString()

test('an owner who says no sees why, and leaves the device as it was', async () => {
  const offered = { ...counts, cpu: 400 }
  const { lines } = await accept({ status: 3, accepted: counts, offered }, { answers: ['n'] })
  expect(lines.slice(-2)).toEqual([
    `It was measured in the same seconds as other devices of its owner or its network, and has less than alone. (${at})`,
    'Device 7 stays as it is, and works on with the scores that count.',
  ])
})

test('without a terminal and without a word nothing is accepted, and what to do is told', async () => {
  const { lines } = await accept({ status: 2, offered: counts }, {})
  expect(lines.at(-1)).toBe(
    'Device 7 stays measured. It works once its scores are accepted: nexqloud device accept',
  )
  const { lines: printed } = await accept(
    { status: 2, offered: counts },
    { options: { json: true } },
  )
  expect(JSON.parse(printed.join(''))).toMatchObject({ device: 7, isAccepted: false })
})

test('with a word for it a wallet is opened: no other than the owner’s', async () => {
  const accepting = accept({ status: 2, offered: counts }, { options: { yes: true } })
  await expect(accepting).rejects.toMatchObject({ message: expect.stringContaining(owner) })
})

test('where nothing waits for its owner, that is said', async () => {
  await expect(accept({ status: 3, accepted: counts }, {})).rejects.toMatchObject({
    code: 'DEVICE_NOTHING_OFFERED',
    message: 'Device 7 is active, and has no scores that wait for its owner.',
  })
})

type Doing = { readonly answers?: readonly string[]; readonly options?: Partial<AcceptOptions> }

/** What is printed where the chain says this of the device. */
async function accept(onChain: object, { answers, options }: Doing) {
  using folder = openScratchFolder()
  const device = join(folder.path, 'device')
  await makePrivateFolder(device)
  await writeMembership(device, {
    device: parseDeviceId(7),
    key: 101n,
    owner,
    region: 'local',
    tlsKeyHash: `0x${'7'.repeat(64)}`,
    chainId: nexqloudLocal.id,
    genesisHash: numberToHex(1n, { size: 32 }),
  })
  const engine = { name: 'docker', version: '28.1' }
  const said = { at, startedAt: at, device: 7, engine, isDraining: false, links: [] }
  await writeAgentStatus(device, {
    ...said,
    pid: process.pid,
    measured: { cause: 'together', at },
  })
  const node = {
    chainId: nexqloudLocal.id,
    returns: { device: { ...record, ...onChain } },
  }
  const connect = async () => connectMemoryNode(node)
  const shell = createMemoryShell({ connect, ...(answers && { answers }) })
  await acceptOffer({ data: folder.path, ...options }, shell)
  return { lines: shell.printer.lines }
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
