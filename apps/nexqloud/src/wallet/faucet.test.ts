import { expect, test } from 'vitest'

import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { connectMemoryNode } from '../session/memory-node.ts'
import { askFaucet } from './faucet.ts'

const someone = `0x${'1'.repeat(40)}`

test('the main network has no faucet', async () => {
  await expect(ask(5_134_417)).rejects.toMatchObject({
    code: 'WALLET_FAUCET_ABSENT',
    message: 'NexQloud has no faucet.',
  })
})

test('a data folder that launched no network holds no key of a faucet', async () => {
  await expect(ask(5_134_418)).rejects.toMatchObject({
    code: 'WALLET_FAUCET_ABSENT',
    message: expect.stringMatching(/^The data folder .* holds no key of a faucet\.$/),
  })
})

test('an amount that is none is told before any node is asked', async () => {
  const asking = askFaucet(someone, { amount: '-1' }, createMemoryShell())
  await expect(asking).rejects.toMatchObject({ code: 'KERNEL_AMOUNT_INVALID' })
})

async function ask(chainId: number): Promise<void> {
  using folder = openScratchFolder()
  const shell = createMemoryShell({ connect: async () => connectMemoryNode({ chainId }) })
  await askFaucet(someone, { data: folder.path, amount: '1' }, shell)
}
