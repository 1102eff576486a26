import { contracts } from '@nexqloud/ledger'
import { encodeErrorResult } from 'viem'
import { expect, test } from 'vitest'

import { showKey } from '../key/show.ts'
import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { connectMemoryNode, revertWith, type MemoryNode } from './memory-node.ts'

const { abi } = contracts.digitalKeys
const holder = `0x${'ab'.repeat(20)}`

test('what a contract answers is shown', async () => {
  const lines = await keyOf({ returns: { ownerOf: holder, isFounding: true, deviceOfKey: 7 } })
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "key       9
    holder    0xabababababababababababababababababababab
    founding  yes, it cannot be transferred
    device    7"
  `)
})

test('a contract that refuses to answer says why, and what to do', async () => {
  const ownerOf = revertWith(
    encodeErrorResult({ abi, errorName: 'ERC721NonexistentToken', args: [9n] }),
  )
  await expect(keyOf({ returns: { ownerOf } })).rejects.toMatchObject({
    code: 'CLI_REFUSED',
    errorName: 'ERC721NonexistentToken',
    message: 'The contract refuses this: ERC721NonexistentToken(tokenId: 9).',
    hint: 'There is no key 9.',
  })
})

test('a node that fails is not taken for a contract', async () => {
  const ownerOf = revertWith('0x')
  await expect(keyOf({ returns: { ownerOf } })).rejects.toMatchObject({
    shortMessage: expect.stringContaining('ownerOf'),
  })
})

async function keyOf(node: Pick<MemoryNode, 'returns'>): Promise<readonly string[]> {
  using folder = openScratchFolder()
  const transport = connectMemoryNode({ chainId: 5_134_418, ...node })
  const shell = createMemoryShell({ connect: async () => transport })
  await showKey('9', { data: folder.path }, shell)
  return shell.printer.lines
}
