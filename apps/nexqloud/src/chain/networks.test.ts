import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { findNetwork, openNetwork } from './networks.ts'

const shell = createMemoryShell()

test('a folder without blocks is told, and stays empty', async () => {
  using folder = openScratchFolder()
  const options = { data: folder.path, network: 'local' } as const
  await expect(findNetwork(options, shell)).rejects.toMatchObject({ code: 'CLI_NO_CHAIN' })
  expect(readdirSync(folder.path)).toEqual([])
})

test('beside blocks whose genesis is gone no other network is begun; it may be named', async () => {
  using folder = openScratchFolder()
  using elsewhere = openScratchFolder()
  const launched = await openNetwork({ data: elsewhere.path, network: 'local' }, shell)
  mkdirSync(join(folder.path, 'chain'))
  const options = { data: folder.path, network: 'local' } as const
  for (const open of [findNetwork, openNetwork]) {
    await expect(open(options, shell)).rejects.toMatchObject({
      code: 'NETWORK_GENESIS_MISSING',
      hint: expect.stringContaining('--genesis'),
    })
    const genesis = join(elsewhere.path, 'genesis.json')
    expect((await open({ ...options, genesis }, shell)).genesis).toEqual(launched.genesis)
  }
  expect(readdirSync(folder.path)).toEqual(['chain'])
  rmSync(join(folder.path, 'chain'), { recursive: true })
  expect((await openNetwork(options, shell)).isNew).toBe(true)
})
