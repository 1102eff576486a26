import { http } from 'viem'
import { expect, test } from 'vitest'

import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { connectMemoryNode } from './memory-node.ts'
import { openSession, resolveAddress, showAccount } from './session.ts'

test('a session is of the network that its node is of', async () => {
  using folder = openScratchFolder()
  const sessions = await Promise.all(
    [5_134_417, 5_134_418].map((chainId) => open(folder.path, chainId)),
  )
  expect(sessions.map(({ chain }) => chain.name)).toEqual(['NexQloud', 'NexQloud Local'])
})

test('a node of another network is refused', async () => {
  using folder = openScratchFolder()
  await expect(open(folder.path, 1)).rejects.toMatchObject({
    code: 'CLI_NETWORK_UNKNOWN',
    message: "The node at http://127.0.0.1:8545 has the chain id 1, which is not NexQloud's.",
  })
})

test('where no node answers, the way to start one is told', async () => {
  using folder = openScratchFolder()
  const shell = createMemoryShell({ connect: async (url) => http(url, { retryCount: 0 }) })
  const opening = openSession({ data: folder.path, rpc: 'http://127.0.0.1:9' }, shell)
  await expect(opening).rejects.toMatchObject({
    code: 'CLI_CHAIN_UNREACHABLE',
    kind: 'unavailable',
    hint: 'Start a local network with: nexqloud chain. Or name another node with --rpc URL.',
  })
})

test('an address that no wallet has stands for itself', async () => {
  using folder = openScratchFolder()
  const session = await open(folder.path, 5_134_418)
  const address = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
  expect(resolveAddress(session, address)).toBe(address.toLowerCase())
  expect(showAccount(session, address)).toBe(address.toLowerCase())
  expect(() => resolveAddress(session, '0xabc')).toThrow('0xabc is not an address of 20 bytes.')
})

test('what is neither a wallet nor an address is told as both, with the way to make a wallet', async () => {
  using folder = openScratchFolder()
  const session = await open(folder.path, 5_134_418)
  expect(() => resolveAddress(session, 'carol')).toThrow(
    expect.objectContaining({
      code: 'WALLET_ABSENT',
      kind: 'notFound',
      message: 'There is no wallet carol in the data folder, and this is no address either.',
      hint: 'Create one with: nexqloud wallet create NAME.',
    }),
  )
})

test('an address that contradicts its checksum is refused', async () => {
  using folder = openScratchFolder()
  const session = await open(folder.path, 5_134_418)
  const mistyped = '0xF39fd6e51aad88F6F4ce6aB8827279cffFb92266'
  expect(() => resolveAddress(session, mistyped)).toThrow(
    expect.objectContaining({ code: 'CLI_ADDRESS_MISTYPED' }),
  )
  expect(resolveAddress(session, mistyped.toLowerCase())).toBe(mistyped.toLowerCase())
})

function open(data: string, chainId: number) {
  const shell = createMemoryShell({ connect: async () => connectMemoryNode({ chainId }) })
  return openSession({ data }, shell)
}
