import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { openChain } from '@nexqloud/chain'
import { systemClock } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { exportBlocks, importBlocks, verify } from './archive.ts'
import { openNetwork } from './networks.ts'

test('an export that somebody ends leaves no file behind, and a whole one is imported elsewhere', async () => {
  using folder = openScratchFolder()
  const options = await makeBlocks(folder.path, 3)
  mkdirSync(join(folder.path, 'files'))
  const file = join(folder.path, 'files', 'blocks')
  const shell = createMemoryShell()
  const ended = { ...shell, signal: AbortSignal.abort() }
  const stopped = { code: 'CLI_STOPPED', message: 'Stopped at block 1; nothing is half done.' }
  await expect(exportBlocks(file, options, ended)).rejects.toMatchObject(stopped)
  await expect(verify(options, ended)).rejects.toMatchObject(stopped)
  expect(readdirSync(join(folder.path, 'files'))).toEqual([])
  await exportBlocks(file, options, shell)
  using elsewhere = openScratchFolder()
  const genesis = join(folder.path, 'genesis.json')
  await importBlocks(file, { ...options, data: elsewhere.path, genesis }, shell)
  expect(shell.printer.lines).toEqual([`${file} has 3 blocks.`, 'The chain has 3 blocks now.'])
})

test('an import into an absent folder asks for the genesis of the blocks, and begins no network', async () => {
  using folder = openScratchFolder()
  const data = join(folder.path, 'absent')
  const importing = importBlocks('blocks', { data, network: 'local' }, createMemoryShell())
  await expect(importing).rejects.toMatchObject({
    code: 'NETWORK_GENESIS_MISSING',
    hint: 'Name the file that the network published or was launched with: --genesis FILE.',
  })
  expect(readdirSync(folder.path)).toEqual([])
})

test('an import goes on in a folder that launched its network', async () => {
  using folder = openScratchFolder()
  const options = await makeBlocks(folder.path, 2)
  const shell = createMemoryShell()
  const file = join(folder.path, 'blocks')
  await exportBlocks(file, options, shell)
  rmSync(join(folder.path, 'chain'), { recursive: true })
  await importBlocks(file, options, shell)
  expect(shell.printer.lines.at(-1)).toBe('The chain has 2 blocks now.')
})

/** Launches a network and makes so many blocks. */
async function makeBlocks(data: string, blocks: number) {
  const options = { data, network: 'local' } as const
  const { genesis, folder } = await openNetwork(options, createMemoryShell())
  const { application, head, close } = await openChain({ genesis, folder, clock: systemClock })
  for (let made = 0; made < blocks; made += 1) {
    const time = head().header.timestamp + 1n
    await application.finalizeBlock(await application.prepareProposal(time))
    await application.commit()
  }
  await close()
  return options
}
