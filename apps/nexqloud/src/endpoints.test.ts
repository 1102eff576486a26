import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
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

test('a process that got the number of one that was killed is not taken for it', async () => {
  using folder = openScratchFolder()
  const earlier = { pid: process.pid, born: '1', doors: ['chain'] }
  writeFileSync(
    join(folder.path, 'endpoints.json'),
    JSON.stringify({ chain: 'http://earlier', processes: { chain: earlier } }),
  )
  expect(await processOf(folder.path, 'chain')).toBeUndefined()
  expect(await readDoors(folder.path)).toEqual({})
})

test('of many that change the list at once, none is lost', async () => {
  using folder = openScratchFolder()
  const names = Array.from({ length: 6 }, (_, index) => `part-${index}`)
  const script = `
    import { announceDoors } from '${import.meta.resolve('./endpoints.ts')}'
    await announceDoors(process.argv[1], process.argv[2], {})
    process.stdout.write('told')
    process.stdin.resume()`
  const children = names.map((name) => spawn(process.execPath, ['-e', script, folder.path, name]))
  await Promise.all(children.map((child) => once(child.stdout, 'data')))
  const { processes } = JSON.parse(readFileSync(join(folder.path, 'endpoints.json'), 'utf8'))
  expect(Object.keys(processes).toSorted()).toEqual(names)
  for (const child of children) child.stdin.end()
  await Promise.all(children.map((child) => once(child, 'exit')))
})

test.each(['not json', '{"chain":5}', '[]'])('%s is named, and what to do', async (text) => {
  using folder = openScratchFolder()
  writeFileSync(join(folder.path, 'endpoints.json'), text)
  await expect(readDoors(folder.path)).rejects.toMatchObject({
    code: 'CLI_ENDPOINTS_INVALID',
    hint: expect.stringContaining('Remove it'),
  })
})
