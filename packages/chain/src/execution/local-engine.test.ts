import { beforeAll, describe, expect, test } from 'vitest'

import { cell, deploying, deployingMany } from '../../test/bytecode.ts'
import { buildOn, openTestEngine, signAs, tamper, withHighS } from '../../test/engine.ts'
import { accountOf, contractOf, createLocalGenesis } from '../../test/local-genesis.ts'
import { parseGenesis, type GenesisFile } from '../genesis/genesis-file.ts'
import type { ExecutionPayload } from './execution-engine.ts'

const NXQ = 10n ** 18n
let genesis: GenesisFile

beforeAll(async () => {
  const accounts = [0, 1, 2].map((number) => accountOf(number).address)
  genesis = await createLocalGenesis(Object.fromEntries(accounts.map((account) => [account, NXQ])))
})

test('several proposals on one parent can be checked, and any of them decided', async () => {
  const { engine, head } = await openTestEngine(genesis)
  const parent = await head()
  const [a, b] = await Promise.all([signAs(0, transfer(0)), signAs(1, transfer(0))])
  const first = await buildOn(engine, parent, { transactions: [a] })
  const second = await buildOn(engine, parent, { transactions: [a, b], age: 2 })
  const other = await openTestEngine(genesis)
  for (const { payload } of [second, first]) {
    expect(await other.engine.newPayload(payload)).toEqual({ status: 'VALID' })
  }
  await other.engine.forkchoiceUpdated(first.payload.blockHash)
  const next = await buildOn(other.engine, first.payload.blockHash, {
    transactions: [b, await signAs(0, transfer(1))],
    age: 3,
  })
  expect(next.refused).toEqual([])
  expect(next.payload.transactions).toHaveLength(2)
})

test('a contract keeps its code, however many others come to be in its block', async () => {
  const { engine, head } = await openTestEngine(genesis)
  const transactions = [
    await signAs(0, { nonce: 0, data: deploying(cell), gas: 150_000n }),
    await signAs(1, { nonce: 0, data: deployingMany, gas: 29_800_000n }),
  ]
  const { payload } = await buildOn(engine, await head(), { transactions })
  await engine.forkchoiceUpdated(payload.blockHash)
  const to = contractOf(accountOf(0).address, 0)
  const calls = [await signAs(0, { nonce: 1, to })]
  const { refused, payload: next } = await buildOn(engine, await head(), {
    transactions: calls,
    age: 2,
  })
  expect(refused).toEqual([])
  expect(next.transactions).toHaveLength(1)
})

test('a payload that differs from the block its hash names is invalid, though the block is known', async () => {
  const { engine, head } = await openTestEngine(genesis)
  const { payload } = await buildOn(engine, await head(), {
    transactions: [await signAs(0, transfer(0))],
  })
  const lies = [
    { gasUsed: 5n },
    { transactions: [] },
    { blockNumber: 0n },
    { stateRoot: payload.parentHash },
  ]
  for (const lie of lies) {
    expect(await engine.newPayload(tamper(payload, lie))).toMatchObject({ status: 'INVALID' })
  }
  expect(await engine.newPayload(payload)).toEqual({ status: 'VALID' })
  await engine.forkchoiceUpdated(payload.blockHash)
  expect(await engine.newPayload(tamper(payload, { gasUsed: 5n }))).toMatchObject({
    status: 'INVALID',
  })
})

test('an empty block does not change the state', async () => {
  const { engine, head, reader } = await openTestEngine(genesis)
  const { payload } = await buildOn(engine, await head())
  const block = await reader.block(0n)
  expect(payload.stateRoot).toBe(`0x${Buffer.from(block?.header.stateRoot ?? '').toString('hex')}`)
})

describe('what cannot be executed is refused with its reason, and what follows is executed', () => {
  test.each([
    ['a nonce that is not next', { nonce: 7 }, /nonce/],
    ['more value than there is', { nonce: 0, value: 2n * NXQ }, /funds/],
    ['too little gas for its own bytes', { nonce: 0, gas: 20_000n }, /INTRINSIC_GAS/],
  ])('%s', async (_, bad, reason) => {
    const { engine, head } = await openTestEngine(genesis)
    const transactions = [await signAs(0, bad), await signAs(1, transfer(0))]
    const { payload, refused } = await buildOn(engine, await head(), { transactions })
    expect(refused.map((one) => one.reason)).toEqual([expect.stringMatching(reason)])
    expect(payload.transactions).toHaveLength(1)
  })
})

test('a transaction of an account with code is refused (EIP-3607), and so is one whose signature has a high s (EIP-2)', async () => {
  const [sender, recipient] = [accountOf(0), accountOf(2)].map(({ address }) => address)
  const alloc = { ...(genesis.source as { readonly alloc: object }).alloc }
  const coded = { [String(sender).toLowerCase()]: { balance: '0xde0b6b3a7640000', code: '0x00' } }
  const changed = parseGenesis({ ...(genesis.source as object), alloc: { ...alloc, ...coded } })
  const { engine, head } = await openTestEngine(changed)
  const high = withHighS(await signAs(1, { nonce: 0, to: recipient ?? null }))
  const transactions = [await signAs(0, transfer(0)), await signAs(2, transfer(0))]
  const { payload, refused } = await buildOn(engine, await head(), { transactions })
  expect(refused.map(({ reason }) => reason)).toEqual([expect.stringMatching(/EIP-3607/)])
  expect(payload.transactions).toHaveLength(1)
  for (const raw of [high.raw, transactions[0]?.raw ?? high.raw]) {
    const bad = tamper(payload, { transactions: [raw], blockHash: `0x${'22'.repeat(32)}` })
    expect(await engine.newPayload(bad)).toMatchObject({
      status: 'INVALID',
      reason: expect.stringMatching(/EIP-3607|s-value/),
    })
  }
})

test('a transaction that does not fit takes its sender’s later ones with it, and nobody else’s', async () => {
  const { engine, head } = await openTestEngine(genesis)
  const large = { gas: 29_990_000n, to: accountOf(1).address, data: '0x00' } as const
  const transactions = [
    await signAs(0, transfer(0)),
    await signAs(0, { nonce: 1, ...large }),
    await signAs(0, transfer(2)),
    await signAs(1, transfer(0)),
  ]
  const { payload, refused } = await buildOn(engine, await head(), { transactions })
  expect(refused).toEqual([])
  expect(payload.transactions).toEqual([transactions[0]?.raw, transactions[3]?.raw])
})

test.each([
  ['another state', { stateRoot: `0x${'11'.repeat(32)}` as const }],
  ['another gas', { gasUsed: 5n }],
  ['a time that is not after its parent’s', { timestamp: 1_700_000_000n }],
  ['a transaction less', { transactions: [] }],
  ['bytes for a transaction', { transactions: [Uint8Array.of(1, 2, 3)] }],
  ['a blob transaction', { transactions: [Uint8Array.of(3, 0xc0)] }],
] satisfies readonly (readonly [string, Partial<ExecutionPayload>])[])(
  'a block that says %s is invalid, and the next one is checked as if it never came',
  async (_, change) => {
    const ours = await openTestEngine(genesis)
    const theirs = await openTestEngine(genesis)
    const transactions = [await signAs(0, transfer(0))]
    const { payload } = await buildOn(ours.engine, await ours.head(), { transactions })
    const hash = `0x${'22'.repeat(32)}` as const
    const bad = tamper(payload, { ...change, blockHash: hash })
    expect(await theirs.engine.newPayload(bad)).toMatchObject({ status: 'INVALID' })
    expect(await theirs.engine.newPayload(payload)).toEqual({ status: 'VALID' })
  },
)

test('the point evaluation precompile answers, whatever it is given', async () => {
  const { engine, head, reader } = await openTestEngine(genesis)
  const to = `0x${'0a'.padStart(40, '0')}` as const
  const inputs = ['0x', `0x${'00'.repeat(192)}`, `0x${'ff'.repeat(192)}`] as const
  const transactions = await Promise.all(
    inputs.map((data, nonce) => signAs(0, { nonce, to, data })),
  )
  const { payload, refused } = await buildOn(engine, await head(), { transactions })
  expect(refused).toEqual([])
  await engine.forkchoiceUpdated(payload.blockHash)
  const receipts = await reader.receipts(1n)
  expect(receipts?.map(({ isSuccess }) => isSuccess)).toEqual([false, false, false])
})

test('a transaction that breaks the machine is left out, and leaves no trace', async () => {
  const broken = await openTestEngine(genesis)
  delete broken.common.customCrypto.kzg
  const to = `0x${'0a'.padStart(40, '0')}` as const
  const good = [await signAs(0, transfer(0)), await signAs(2, transfer(0))]
  const bad = await signAs(1, { nonce: 0, to, data: `0x${'00'.repeat(192)}` })
  const transactions = [good[0], bad, good[1]].filter((one) => one !== undefined)
  const { payload, refused } = await buildOn(broken.engine, await broken.head(), { transactions })
  expect(refused).toEqual([
    { hash: expect.any(String), reason: expect.stringMatching(/machine failed/) },
  ])
  expect(payload.transactions).toEqual(good.map(({ raw }) => raw))
  const whole = await openTestEngine(genesis)
  expect(await whole.engine.newPayload(payload)).toEqual({ status: 'VALID' })
})

test('withdrawals are paid after the transactions', async () => {
  const { engine, head } = await openTestEngine(genesis)
  const withdrawal = {
    index: 0n,
    validatorIndex: 0n,
    address: accountOf(9).address,
    amountGwei: 5n,
  }
  const empty = await buildOn(engine, await head())
  const { payload } = await buildOn(engine, await head(), { withdrawals: [withdrawal], age: 2 })
  expect(payload.stateRoot).not.toBe(empty.payload.stateRoot)
  expect(payload.withdrawals).toEqual([
    { ...withdrawal, address: withdrawal.address.toLowerCase() },
  ])
})

function transfer(nonce: number) {
  return { nonce, to: accountOf(2).address, value: 1n, gas: 21_000n }
}
