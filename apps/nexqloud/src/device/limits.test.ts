import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { limitsByDefault } from '@nexqloud/device'
import { parseAddress, parseDeviceId } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { deviceFolderOf } from './device-folder.ts'
import { changeLimits } from './limit-options.ts'
import { limitFields } from './limits-text.ts'
import { showLimits } from './limits.ts'
import { writeMembership } from './membership.ts'
import { createWishesReader, readLimits, readPause } from './owner-wishes.ts'
import { pauseDevice, resumeDevice } from './pause.ts'

test('limits are said one by one, and lifted by a word', () => {
  const some = changeLimits(limitsByDefault, {
    cpu: '50',
    memory: '4Gi',
    freeDisk: '50Gi',
    network: '500G',
    hours: 'sat 8:00-10:00',
    battery: '60%',
    heat: '70-85',
    busy: '40',
  })
  expect(some).toEqual({
    cpuPercent: 50,
    memoryBytes: 2 ** 32,
    freeDiskBytes: 50 * 2 ** 30,
    volumeBytesPerMonth: 5e11,
    hours: [{ from: 7680, to: 7800 }],
    batteryPercent: 60,
    warmCelsius: 70,
    hotCelsius: 85,
    busyPercent: 40,
  })
  const none = changeLimits(some, {
    cpu: 'all',
    memory: 'all',
    freeDisk: 'none',
    network: 'any',
    hours: 'always',
    battery: 'always',
    heat: 'any',
    busy: 'never',
  })
  expect(none).toEqual({})
})

test.each([
  [{ cpu: '0' }],
  [{ cpu: '101' }],
  [{ memory: 'much' }],
  [{ memory: '-1' }],
  [{ hours: 'tomorrow' }],
  [{ battery: 'x' }],
  [{ heat: '90-80' }],
  [{ heat: '5-10' }],
  [{ busy: '0' }],
])('%j is refused with what to write', (options) => {
  expect(() => changeLimits({}, options)).toThrow(
    expect.objectContaining({
      code: 'DEVICE_LIMIT_INVALID',
      hint: expect.stringMatching(/^Write /),
    }),
  )
})

test('they are told in words, beside what the machine tells', () => {
  const seen = {
    memoryBytes: 3 * 2 ** 29,
    freeDiskBytes: 2 ** 33,
    volumeBytes: 0,
    othersCpuPercent: 7.4,
  }
  const said = changeLimits(limitsByDefault, { memory: '4Gi', hours: 'fri 20:00-04:00' })
  expect(limitFields(said, seen).map((field) => field.join(': '))).toMatchInlineSnapshot(`
    [
      "cpu: all",
      "memory: 4Gi; 1.5Gi used now",
      "free disk: none kept; 8Gi free now",
      "network: any; 0 in this month",
      "hours: fri 20:00-04:00",
      "battery: never used",
      "heat: yields from 80 °C on, pauses from 90 °C on; not told by this machine",
      "owner: yields from 25 % of all CPUs on, and to input; 7 % now",
    ]
  `)
})

test('what is said is read by the agent, and the same again changes nothing', async () => {
  using lab = await setup()
  const { folder, shell, data } = lab
  expect(await readLimits(folder)).toEqual(limitsByDefault)
  await showLimits({ data, cpu: '50' }, shell)
  await showLimits({ data, cpu: '50' }, shell)
  expect(await readLimits(folder)).toEqual({ ...limitsByDefault, cpuPercent: 50 })
  await showLimits({ data, reset: true, memory: '1Gi' }, shell)
  expect(await readLimits(folder)).toEqual({ ...limitsByDefault, memoryBytes: 2 ** 30 })
})

test('an agent that reads the limits only where they are others misses none, nor that they can be read again', async () => {
  using lab = await setup()
  const { folder, shell, data } = lab
  const readWishes = createWishesReader(folder)
  const cpu = async () => (await readWishes(0)).limits.cpuPercent
  expect(await cpu()).toBe(limitsByDefault.cpuPercent)
  for (const percent of [50, 60, 50]) {
    await showLimits({ data, cpu: `${percent}` }, shell)
    expect([await cpu(), await cpu()]).toEqual([percent, percent])
  }
  const file = join(folder, 'limits.json')
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, 'no JSON')
  await expect(cpu()).rejects.toMatchObject({ code: 'DEVICE_FILE_INVALID' })
  await expect(cpu()).rejects.toMatchObject({ code: 'DEVICE_FILE_INVALID' })
  writeFileSync(file, text)
  expect(await cpu()).toBe(50)
})

test('a device is paused until it is resumed, or for a while', async () => {
  using lab = await setup()
  const { folder, shell, data } = lab
  const readWishes = createWishesReader(folder)
  const isPaused = async (afterMs = 0) =>
    (await readWishes(shell.clock.wallMs() + afterMs)).isPaused
  await pauseDevice({ data }, shell)
  expect(await isPaused(1e12)).toBe(true)
  await resumeDevice({ data }, shell)
  await resumeDevice({ data }, shell)
  expect(await isPaused()).toBe(false)
  await pauseDevice({ data, for: '2h' }, shell)
  expect([await isPaused(), await isPaused(7_199_999), await isPaused(7_200_001)]).toEqual([
    true,
    true,
    false,
  ])
  await expect(pauseDevice({ data, for: 'long' }, shell)).rejects.toMatchObject({
    code: 'DEVICE_SPAN_INVALID',
  })
  expect(await readPause(folder, 0)).toBeDefined()
})

test('what was said and cannot be read is told with the command that says it anew', async () => {
  using lab = await setup()
  const { folder, shell, data } = lab
  writeFileSync(join(folder, 'pause.json'), '{"since"')
  writeFileSync(join(folder, 'limits.json'), '{"cpuPercent"')
  await expect(readPause(folder, 0)).rejects.toThrow(
    expect.objectContaining({ hint: expect.stringContaining('nexqloud device resume') }),
  )
  await expect(readLimits(folder)).rejects.toThrow(
    expect.objectContaining({ hint: expect.stringContaining('nexqloud device limits --reset') }),
  )
  await resumeDevice({ data }, shell)
  await showLimits({ data, reset: true }, shell)
  expect(shell.printer.lines[0]).toMatch(/^Device 7 works again\./)
  expect([await readPause(folder, 0), await readLimits(folder)]).toEqual([
    undefined,
    limitsByDefault,
  ])
})

async function setup() {
  const scratch = openScratchFolder()
  const data = scratch.path
  const folder = deviceFolderOf(data)
  const shell = createMemoryShell({})
  const { makePrivateFolder } = await import('../whole-file.ts')
  await makePrivateFolder(folder)
  await writeMembership(folder, {
    device: parseDeviceId(7),
    owner: parseAddress(`0x${'1'.repeat(40)}`),
    key: 1n,
    tlsKeyHash: `0x${'7'.repeat(64)}`,
    region: 'local',
    chainId: 5_134_418,
    genesisHash: `0x${'8'.repeat(64)}`,
  })
  return { data, folder, shell, [Symbol.dispose]: () => scratch[Symbol.dispose]() }
}
