import { parsePeriod } from '@nexqloud/kernel'
import { readAcceptedRoot, readPayments } from '@nexqloud/ledger'
import { parseWitnessFile } from '@nexqloud/store'
import { parseEther } from 'viem'
import { expect, test } from 'vitest'

import { accountOf, founder } from '../../../../packages/chain/test/local-genesis.ts'
import {
  device,
  instance,
  openMember,
  openSettlingChain,
  owner,
  type SettlingChain,
} from '../../test/settling-lab.ts'

/** The first period that credits the first month: three after 8,640. */
const FIRST_CREDITING = 8643

test('a contributor’s payout and a lease’s bill arrive by themselves, to the wei, once', async () => {
  const chain = await openSettlingChain()
  const member = await openMember(chain)
  await chain.leaseDevice()
  await member.witness(0, { seconds: 30 })
  await member.witness(1, { seconds: 50 })
  const before = await chain.balanceOf(owner.address)
  await member.settle(async () => {
    await member.passUntil('periodSettled', 0)
    await member.passUntil('periodSettled', 1)
  })
  const paid = await Promise.all([0, 1].map((period) => paymentsOf(chain, period)))
  // It became active within period 0, and earns from the next one on.
  expect(paid.map(({ rewards }) => rewards)).toEqual([
    [],
    [{ device, account: owner.address.toLowerCase(), amount: parseEther('10') }],
  ])
  const bills = paid.flatMap((each) => each.bills)
  expect(bills.map(({ seconds }) => seconds)).toEqual([expect.any(Number), 250])
  for (const [period, { seconds, paid: wei }] of bills.entries()) {
    expect(wei).toBe(await chain.costOf(period, seconds))
  }
  const income = bills.reduce((sum, { paid: wei }) => sum + wei / 2n, 0n)
  expect((await chain.balanceOf(owner.address)) - before).toBe(parseEther('10') + income)
  // Whoever starts again finds nothing left to be done.
  const sent = await chain.sentBy(founder.address)
  await member.settle(() => chain.pass(10))
  expect(await chain.sentBy(founder.address)).toBe(sent)
})

test('what an instance waited for in a month is credited after it, once, by whoever settles', async () => {
  const chain = await openSettlingChain()
  const member = await openMember(chain)
  await chain.leaseDevice()
  await member.witness(0, { seconds: 30 })
  await member.witness(1, { seconds: 50 })
  await member.settle(() => member.passUntil('periodSettled', 0))
  await chain.passTo(1, 100)
  await chain.standStill(150)
  await member.settle(() => member.passUntil('periodSettled', 1))
  const { treasury } = chain.ledger
  const [received] = await treasury.read.incomeOf([instance, 0n])
  expect(received).toBeGreaterThan(0n)
  await chain.passTo(FIRST_CREDITING + 1, -10)
  await member.witness(FIRST_CREDITING, { seconds: 0 })
  await member.settle(() => member.passUntil('periodSettled', FIRST_CREDITING))
  expect(member.told('periodSettled', FIRST_CREDITING)).toMatchObject({ credits: 1 })
  expect(await treasury.read.incomeOf([instance, 0n])).toEqual([received, received])
  const { credits } = await paymentsOf(chain, FIRST_CREDITING)
  expect(credits).toEqual([{ instance, month: 0, amount: received }])
})

test('everybody reads the files, what a root was computed from, and who signed it', async () => {
  const chain = await openSettlingChain()
  const member = await openMember(chain)
  await member.witness(0, { seconds: 0 })
  await member.settle(async (pages) => {
    await member.passUntil('rootSigned', 0)
    expect(await pages('/leaves/0')).toMatchObject({ isForEver: false })
    await member.passUntil('periodSettled', 0)
    const { root } = member.told('periodSettled', 0) ?? {}
    const [file] = member.shelf.hashesOf(parsePeriod(0))
    const read = await pages(`/files/${file}`)
    expect(parseWitnessFile(read?.body ?? Buffer.of()).masternode).toBe(1)
    const signed = JSON.parse(String(Buffer.from((await pages('/roots/0'))?.body ?? ''))) as object
    expect(signed).toMatchObject({ period: 0, root, signature: expect.stringMatching(/^0x/) })
    for (const path of ['/files/../x', '/files/0x', '/roots/1', '/roots/-1', '/', '/roots/1e3']) {
      expect(await pages(path)).toBeUndefined()
    }
  })
})

test('three masternodes fetch each other’s files, sign one root, and pay it once', async () => {
  const chain = await openSettlingChain()
  await chain.leaseDevice()
  const accounts = [founder, accountOf(3), accountOf(4)]
  const members = await Promise.all(
    accounts.map((account, at) => openMember(chain, { account, id: at + 1 })),
  )
  for (const account of accounts.slice(1)) await chain.admit(account)
  for (const [at, member] of members.entries()) {
    await chain.announce(at + 1, await member.reader.openDoor())
    // One of them lies about what it saw; the middle one counts, once all are drawn.
    const seconds = [20, 21, 60][at] ?? 0
    for (const period of [0, 1]) await member.witness(period, { seconds })
  }
  const settled = Promise.withResolvers<void>()
  const settling = members.map((member) => member.settle(() => settled.promise))
  for (const member of members) await member.passUntil('periodSettled', 1)
  settled.resolve()
  await chain.pass(5)
  await Promise.all(settling)
  expect(members.map((member) => member.told('holdersPosted', 1))).toEqual(
    [1, 2, 3].map(() => ({ period: 1, files: 3, missing: 0 })),
  )
  // Whoever asks has shown the key that the chain names, and waits for no stranger.
  const keys = members.map(({ reader }) => reader.identity.keyHash)
  const read = members.flatMap(({ reader }) => [...reader.peers])
  expect(keys).toEqual(expect.arrayContaining(read))
  expect(new Set(read).size).toBeGreaterThan(1)
  const { root, signatures } = (await readAcceptedRoot(chain.ledger, parsePeriod(1))) ?? {}
  for (const member of members) expect(member.told('periodSettled', 1)).toMatchObject({ root })
  expect(signatures).toBeGreaterThanOrEqual(2)
  const { bills } = await paymentsOf(chain, 1)
  expect(bills).toMatchObject([{ seconds: 5 * 21 }])
  expect(members.filter((member) => member.told('rootPosted', 1) !== undefined)).toHaveLength(1)
})

async function paymentsOf({ ledger }: SettlingChain, period: number) {
  const accepted = await readAcceptedRoot(ledger, parsePeriod(period))
  if (accepted === undefined) throw new TypeError('It has a root.')
  return readPayments(ledger, accepted)
}
