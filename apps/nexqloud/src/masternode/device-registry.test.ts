import { createManualClock, parseAddress, parseDeviceId } from '@nexqloud/kernel'
import type { DeviceRecord } from '@nexqloud/ledger'
import { parseTlsKeyHash } from '@nexqloud/tunnel'
import { expect, test } from 'vitest'

import { createRegistry } from './device-registry.ts'

const keyHash = parseTlsKeyHash(`0x${'7'.repeat(64)}`)
const scores = { cpu: 0, memoryScore: 0, storageScore: 0, gpu: 0, isp: 0 }
const active: DeviceRecord = {
  id: parseDeviceId(7),
  status: 'active',
  owner: parseAddress(`0x${'1'.repeat(40)}`),
  key: 1n,
  tlsKeyHash: keyHash,
  region: 'local',
  accepted: scores,
  offered: scores,
}

test('an active device may have pods, others are let in and say why they may not', async () => {
  const find = (status: DeviceRecord['status']) =>
    createRegistry({ find: async () => ({ ...active, status }) }, createManualClock()).find(keyHash)
  expect(await find('active')).toMatchObject({ name: 'device-7', idle: undefined })
  expect((await find('registered'))?.idle).toBe('It was not measured yet.')
  expect((await find('measured'))?.idle).toContain('has not accepted')
  expect((await find('suspended'))?.idle).toContain('changed hands')
  expect(await find('retired')).toBeUndefined()
})

test('while the chain is away, devices are as they were; one that nobody saw yet is not known', async () => {
  let answer: () => Promise<DeviceRecord | undefined> = async () => active
  const registry = createRegistry({ find: () => answer() }, createManualClock())
  const known = await registry.find(keyHash)
  answer = () => Promise.reject(new Error('The chain is away.'))
  expect(await registry.find(keyHash)).toEqual(known)
  const other = parseTlsKeyHash(`0x${'8'.repeat(64)}`)
  await expect(registry.find(other)).rejects.toThrow('The chain is away.')
  answer = async () => undefined
  expect(await registry.find(keyHash)).toBeUndefined()
})

test('a chain that says nothing keeps no device waiting that is known', async () => {
  const clock = createManualClock()
  const mute = Promise.withResolvers<DeviceRecord | undefined>()
  let answer: () => Promise<DeviceRecord | undefined> = async () => active
  const registry = createRegistry({ find: () => answer() }, clock)
  const known = await registry.find(keyHash)
  answer = () => mute.promise
  const asking = registry.find(keyHash)
  await clock.pass(2000)
  expect(await asking).toEqual(known)
  // What it says at last counts.
  mute.resolve(undefined)
  await mute.promise
  answer = () => Promise.reject(new Error('The chain is away.'))
  await expect(registry.find(keyHash)).rejects.toThrow('The chain is away.')
})
