import { mkdirSync, readdirSync } from 'node:fs'
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
