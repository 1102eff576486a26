import { verifyMerkleProof } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { hexToBytes } from '@ethereumjs/util'
import { contracts } from '@nexqloud/ledger'
import { keccak256, type Hex } from 'viem'
import { beforeAll, expect, test } from 'vitest'

import * as bytecode from '../../test/bytecode.ts'
import { openChainNode } from '../../test/chain-node.ts'
import { signAs } from '../../test/engine.ts'
import { accountOf, createLocalGenesis } from '../../test/local-genesis.ts'
import type { GenesisFile } from '../genesis/genesis-file.ts'
import { createStateReader, type State } from './state-reader.ts'

const sender = accountOf(0).address.toLowerCase() as Hex
const nobody: Hex = `0x${'99'.repeat(20)}`
const emission = contracts.emission.address.toLowerCase() as Hex
const slotOfProxy = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc'

let genesis: GenesisFile

beforeAll(async () => {
  genesis = await createLocalGenesis({ [sender]: 10n ** 18n })
})

test('reads accounts as they were after every block', async () => {
  const { chain, stateAt } = await setup()
  await chain.mine((await signAs(0, { nonce: 0, to: nobody, value: 7n })).raw)
  const [before, after] = [await stateAt(0n), await stateAt(1n)]
  expect(await before.account(nobody)).toMatchObject({ nonce: 0n, balance: 0n })
  expect(await after.account(nobody)).toMatchObject({ nonce: 0n, balance: 7n })
  expect((await after.account(sender)).nonce).toBe(1n)
})

test('reads code and slots', async () => {
  const { chain, stateAt } = await setup()
  const data = bytecode.deploying(bytecode.cell)
  await chain.mine((await signAs(0, { nonce: 0, data, gas: 500_000n })).raw)
  const receipts = await chain.view.reader.receipts(1n)
  expect(receipts?.[0]?.isSuccess).toBe(true)
  const state = await stateAt(1n)
  expect((await state.code(emission)).length).toBeGreaterThan(100)
  expect(await state.code(nobody)).toBe('0x')
  expect(await state.storage(nobody, `0x${'00'.repeat(32)}`)).toBe(`0x${'00'.repeat(32)}`)
  expect(await state.storage(emission, slotOfProxy)).toHaveLength(66)
})

test('proves what is in a state, and that something is not', async () => {
  const { chain, stateAt } = await setup()
  const root = chain.view.head().header.stateRoot
  const state = await stateAt(0n)
  const leases = contracts.leases.address.toLowerCase() as Hex
  const absent: Hex = `0x${'ab'.repeat(32)}`
  const proof = await state.prove(leases, [slotOfProxy, absent])
  const encoded = await check(root, hexToBytes(leases), proof.accountProof)
  expect(RLP.decode(encoded ?? '0x')[3]).toEqual(hexToBytes(proof.codeHash))
  expect(keccak256(await state.code(leases))).toBe(proof.codeHash)
  for (const { slot, value, proof: nodes } of proof.storageProof) {
    const held = await check(hexToBytes(proof.storageHash), hexToBytes(slot), nodes)
    expect(held === null ? 0n : BigInt(toHex(RLP.decode(held) as Uint8Array))).toBe(value)
  }
  expect(proof.storageProof[0]?.value).not.toBe(0n)
  const none = await state.prove(nobody, [absent])
  expect(await check(root, hexToBytes(nobody), none.accountProof)).toBeNull()
  expect(none).toMatchObject({
    balance: 0n,
    storageProof: [{ slot: absent, value: 0n, proof: [] }],
  })
})

async function setup() {
  const chain = await openChainNode(genesis)
  const read = createStateReader(chain.ground.store, chain.ground.common)
  const stateAt = async (number: bigint): Promise<State> => {
    const block = await chain.view.reader.block(number)
    return read(block?.header.stateRoot ?? new Uint8Array())
  }
  return { chain, stateAt }
}

/** Returns what a proof says that the trie with this root has under a key; the proof has to begin with that root. */
async function check(root: Uint8Array, key: Uint8Array, proof: readonly Hex[]) {
  expect(keccak256(proof[0] ?? '0x')).toBe(toHex(root))
  const nodes = proof.map((node) => hexToBytes(node))
  return verifyMerkleProof(keccak256(key, 'bytes'), nodes)
}

function toHex(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes).toString('hex') || '0'}`
}
