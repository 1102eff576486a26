import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { parseAddress, parseDeviceId } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { lockFolder } from '../folder-lock.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { readAgentStatus, writeAgentStatus, type AgentStatus } from './agent-status.ts'
import { makeIdentity, readIdentity } from './device-folder.ts'
import { readMembership, writeMembership } from './membership.ts'
import { readWish, writeWish } from './wish.ts'

test('the TLS key is made once, for its owner alone', async () => {
  using folder = openScratchFolder()
  const path = join(folder.path, 'device')
  expect(await readIdentity(path)).toBeUndefined()
  const [one, other] = await Promise.all([makeIdentity(path), makeIdentity(path)])
  expect(one.keyHash).toBe(other.keyHash)
  expect((await readIdentity(path))?.keyHash).toBe(one.keyHash)
  expect(statSync(path).mode & 0o777).toBe(0o700)
  expect(statSync(join(path, 'tls.pem')).mode & 0o777).toBe(0o600)
})

test('what a device joined is read as it was written', async () => {
  using folder = openScratchFolder()
  expect(await readMembership(folder.path)).toBeUndefined()
  const joined = {
    device: parseDeviceId(7),
    owner: parseAddress(`0x${'1'.repeat(40)}`),
    key: 2n ** 200n,
    tlsKeyHash: `0x${'7'.repeat(64)}`,
    region: 'local',
    chainId: 5_134_418,
    genesisHash: `0x${'8'.repeat(64)}`,
    rpc: 'http://127.0.0.1:8545',
  } as const
  await writeMembership(folder.path, joined)
  expect(await readMembership(folder.path)).toEqual(joined)
})

test.each(['{"half', '{}', 'null'])('a membership that holds %s is named', async (text) => {
  using folder = openScratchFolder()
  writeFileSync(join(folder.path, 'membership.json'), text)
  await expect(readMembership(folder.path)).rejects.toMatchObject({ code: 'DEVICE_FILE_INVALID' })
})

test('one has the folder at a time', async () => {
  using folder = openScratchFolder()
  const first = await lockFolder(folder.path)
  expect(first).toBeDefined()
  expect(await lockFolder(folder.path)).toBeUndefined()
  first?.[Symbol.dispose]()
  const second = await lockFolder(folder.path)
  expect(second).toBeDefined()
  second?.[Symbol.dispose]()
})

test('a wish stays until another one is said', async () => {
  using folder = openScratchFolder()
  const path = join(folder.path, 'device')
  expect(await readWish(path)).toBe('work')
  for (const wish of ['drain', 'leave', 'work', 'work'] as const) {
    await writeWish(path, wish)
    expect(await readWish(path)).toBe(wish)
  }
})

test('what an agent said counts as long as its process is there', async () => {
  using folder = openScratchFolder()
  const at = '2026-11-26T00:00:00.000Z'
  const engine = { name: 'docker', version: '28' }
  const said: AgentStatus = {
    pid: process.pid,
    at,
    startedAt: at,
    device: 7,
    engine,
    isDraining: false,
    links: [],
  }
  expect(await readAgentStatus(folder.path)).toBeUndefined()
  await writeAgentStatus(folder.path, said)
  expect(await readAgentStatus(folder.path)).toEqual(said)
  await writeAgentStatus(folder.path, { ...said, pid: 2 ** 22 + 1 })
  expect(await readAgentStatus(folder.path)).toBeUndefined()
  writeFileSync(join(folder.path, 'status.json'), '{"half')
  expect(await readAgentStatus(folder.path)).toBeUndefined()
})
