import { numberToHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'

import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { connectMemoryNode } from '../session/memory-node.ts'
import { openSession } from '../session/session.ts'
import { awaitSent } from './await-sent.ts'

const account = privateKeyToAccount(`0x${'7e'.repeat(32)}`)

test.each([
  ['nothing is sent', 10, 1],
  ['three of ten are in no block yet', 7, 4],
])('where %s, whoever goes on waits until all are in blocks', async (_, inBlocks, looks) => {
  using folder = openScratchFolder()
  let asked = 0
  const transport = connectMemoryNode({
    chainId: 5_134_418,
    methods: {
      eth_getTransactionCount: ([, tag]) => {
        if (tag === 'pending') return numberToHex(10)
        asked += 1
        return numberToHex(inBlocks + asked - 1)
      },
    },
  })
  const shell = createMemoryShell({ connect: async () => transport })
  await awaitSent(await openSession({ data: folder.path }, shell), { account })
  expect(asked).toBe(looks)
})
