import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { openScratchFolder } from '../scratch-folder.ts'
import { makeFleetIdentities, readFleetStatus, writeFleetStatus } from './fleet-folder.ts'

test('a fleet keeps its keys, gets more where it grows, and uses the first ones where it shrinks', async () => {
  using folder = openScratchFolder()
  const hashes = async (count: number) =>
    (await makeFleetIdentities(folder.path, count)).map(({ keyHash }) => keyHash)
  const first = await hashes(3)
  expect(new Set(first).size).toBe(3)
  const grown = await hashes(5)
  expect(grown.slice(0, 3)).toEqual(first)
  expect(new Set(grown).size).toBe(5)
  expect(await hashes(2)).toEqual(first.slice(0, 2))
  expect(await hashes(5)).toEqual(grown)
})

test('a file of something else is named', async () => {
  using folder = openScratchFolder()
  writeFileSync(join(folder.path, 'keys.pem'), 'no key\n')
  await expect(makeFleetIdentities(folder.path, 1)).rejects.toMatchObject({
    message: expect.stringContaining('keys.pem'),
  })
})

test('what a fleet says of itself counts as long as its process runs', async () => {
  using folder = openScratchFolder()
  expect(await readFleetStatus(folder.path)).toBeUndefined()
  const status = { pid: process.pid, devices: 3, registered: 3, active: 2, linked: 1 }
  await writeFleetStatus(folder.path, status)
  expect(await readFleetStatus(folder.path)).toEqual(status)
  await writeFleetStatus(folder.path, { ...status, pid: 2 ** 22 })
  expect(await readFleetStatus(folder.path)).toBeUndefined()
  await writeFleetStatus(folder.path, { ...status, born: 'in another life of this machine' })
  expect(await readFleetStatus(folder.path)).toBeUndefined()
  writeFileSync(join(folder.path, 'status.json'), JSON.stringify({ pid: process.pid }))
  expect(await readFleetStatus(folder.path)).toBeUndefined()
})
