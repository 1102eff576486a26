import { expect, test } from 'vitest'

import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { connectMemoryNode } from '../session/memory-node.ts'
import { showOnChain } from './show.ts'

test.each([
  ['9'.repeat(26), 'CHAIN_NOT_FOUND', `The chain has no block ${'9'.repeat(26)}.`],
  [
    'carol',
    'WALLET_ABSENT',
    'There is no wallet carol in the data folder, and this is no address either.',
  ],
])('what there is not is told as what it looks like: %s', async (what, code, message) => {
  using folder = openScratchFolder()
  const node = connectMemoryNode({ chainId: 5_134_418 })
  const shell = createMemoryShell({ connect: async () => node })
  const showing = showOnChain(what, { data: folder.path }, shell)
  await expect(showing).rejects.toMatchObject({ code, message })
})
