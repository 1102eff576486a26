import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { announceDoors, processOf, readDoors } from './endpoints.ts'
import { openScratchFolder } from './scratch-folder.ts'

test('several processes say where their doors are, and the last one takes the file away', async () => {
  using folder = openScratchFolder()
  const chain = await announceDoors(folder.path, 'chain', { chain: 'http://127.0.0.1:1' })
  const masternode = await announceDoors(folder.path, 'masternode', { gateway: 'http://g' })
  expect(await readDoors(folder.path)).toEqual({ chain: 'http://127.0.0.1:1', gateway: 'http://g' })
  expect(await processOf(folder.path, 'chain')).toBe(process.pid)
  await chain()
  expect(await readDoors(folder.path)).toEqual({ gateway: 'http://g' })
  await masternode()
  expect(existsSync(join(folder.path, 'endpoints.json'))).toBe(false)
})

test('the doors of a process that was killed are passed over, and go with the next change', async () => {
  using folder = openScratchFolder()
  const file = join(folder.path, 'endpoints.json')
  const dead = { pid: spawnSync('true').pid, doors: ['chain'] }
  writeFileSync(file, JSON.stringify({ chain: 'http://dead', processes: { chain: dead } }))
  expect(await readDoors(folder.path)).toEqual({})
  expect(await processOf(folder.path, 'chain')).toBeUndefined()
  await announceDoors(folder.path, 'masternode', { gateway: 'http://g' })
  expect(readFileSync(file, 'utf8')).not.toContain('dead')
})

test.each(['not json', '{"chain":5}', '[]'])('%s is named, and what to do', async (text) => {
  using folder = openScratchFolder()
  writeFileSync(join(folder.path, 'endpoints.json'), text)
  await expect(readDoors(folder.path)).rejects.toMatchObject({
    code: 'CLI_ENDPOINTS_INVALID',
    hint: expect.stringContaining('Remove it'),
  })
})
