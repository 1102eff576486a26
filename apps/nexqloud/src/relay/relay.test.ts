import { createManualClock, parseAddress, parseDeviceId } from '@nexqloud/kernel'
import { numberToHex, parseSignature, serializeSignature, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'

import { signWish, type OwnerWish } from '../device/owner-call.ts'
import { createMemoryRelayLedger } from './memory-relay-ledger.ts'
import { parseRelayAnswer, RELAY_PATH, writeOwnerCall } from './relay-message.ts'
import { createRelay } from './relay.ts'

const chainId = 5_134_418
const account = privateKeyToAccount(`0x${'7e'.repeat(32)}`)
const stranger = privateKeyToAccount(`0x${'5a'.repeat(32)}`)
const owner = parseAddress(account.address)
const included = { state: 'included', hash: `0x${'0'.repeat(63)}1` }

test('a call that its owner signed is sent once, and who brings it again gets the same answer', async () => {
  const { bring, register, ledger } = setup()
  const call = await register({ nonce: 0n })
  const both = await Promise.all([bring(call), bring(call)])
  expect(both.map(({ status, answer }) => [status, answer])).toEqual([
    [200, included],
    [200, included],
  ])
  expect((await bring(call)).answer).toEqual(included)
  expect(ledger.sent).toHaveLength(1)
})

test('what the chain has already is done, and costs nothing', async () => {
  const { bring, register, ledger } = setup()
  await bring(await register({ nonce: 0n }))
  expect((await bring(await register({ nonce: 1n }))).answer).toEqual({ state: 'done' })
  expect(ledger.sent).toHaveLength(1)
})

test('what would come to nothing is never paid for, and its reason is told', async () => {
  const { bring, register, sign, ledger } = setup()
  const valid = await register({ nonce: 0n })
  ledger.contracts.add(parseAddress(stranger.address))
  const bad = {
    'no JSON': Buffer.from('register'),
    'a field more': Buffer.from(JSON.stringify({ ...JSON.parse(String(valid)), value: '1' })),
    'another key': Buffer.from(String(valid).replace('"key":"7"', '"key":"8"')),
    'signed by a stranger': await sign({ ...wish(0n), owner }, stranger),
    'out of turn': await register({ nonce: 1n }),
    'too late': await register({ nonce: 0n, deadline: 1059n }),
    'of no device': await sign({ kind: 'retire', device: parseDeviceId(1001), ...once(0n) }),
    'by a contract': await sign({ ...wish(0n), owner: parseAddress(stranger.address) }, stranger),
  }
  const told: Record<string, string> = {}
  for (const [name, call] of Object.entries(bad)) {
    const { status, answer } = await bring(call)
    told[name] = `${status} ${answer?.state === 'refused' ? answer.message : ''}`
  }
  ledger.contracts.clear()
  const notTheirs = await sign({ ...wish(0n), owner: parseAddress(stranger.address) }, stranger)
  const { status, answer } = await bring(notTheirs)
  told['of a key of others'] = `${status} ${answer?.state === 'refused' ? answer.message : ''}`
  expect(told).toMatchInlineSnapshot(`
    {
      "a field more": "400 This is no call that is relayed: register, accept or retire.",
      "another key": "403 The owner has not signed this.",
      "by a contract": "403 The owner is a contract, whose code would judge the signature: send it from a wallet that pays.",
      "no JSON": "400 This is no call that is relayed: register, accept or retire.",
      "of a key of others": "409 The contract refuses this: DevicesNotKeyOwner(key: 7, owner: 0x3c6e03fb0cae74925098cfbfb09e173ee9a54b68, claimant: 0xa8049bb68181799124f98e467dd749e120abfa64).",
      "of no device": "404 The chain knows no such device.",
      "out of turn": "409 It is signed with another number than the next one of its owner.",
      "signed by a stranger": "403 The owner has not signed this.",
      "too late": "409 It is valid for less than a minute: sign it anew.",
    }
  `)
  expect(ledger.sent).toEqual([])
})

test('a key has six calls an hour, however often its device is registered and retired', async () => {
  const { bring, register, retire, ledger, clock } = setup()
  for (let round = 0n; round < 6n; round += 2n) {
    await bring(await register({ nonce: round }))
    await bring(await retire(round + 1n))
  }
  const { status, answer, retryAfterSeconds } = await bring(await register({ nonce: 6n }))
  expect([status, answer, retryAfterSeconds]).toEqual([
    429,
    {
      state: 'refused',
      code: 'limit',
      message:
        'That is all for now: at most 6 calls in an hour for this digital key. Come back in 3600 s.',
      retryAfterSeconds: 3600,
    },
    3600,
  ])
  expect((await bring(await register({ nonce: 6n, key: 8n }))).status).toBe(200)
  await clock.pass(3_600_000)
  expect((await bring(await register({ nonce: 7n }))).status).toBe(200)
  expect(ledger.sent).toHaveLength(8)
})

test('who has the masternode pay for what fails is paid for nothing more for an hour', async () => {
  const { bring, register, ledger } = setup()
  ledger.state.reverts = true
  const call = await register({ nonce: 0n })
  expect((await bring(call)).answer).toMatchObject({ state: 'refused', code: 'reverted' })
  ledger.state.reverts = false
  expect((await bring(call)).answer).toMatchObject({ code: 'reverted' })
  const other = await register({ nonce: 0n, key: 8n })
  expect((await bring(other)).answer).toMatchObject({ code: 'limit', retryAfterSeconds: 3600 })
  expect(ledger.sent).toHaveLength(1)
})

test('an owner has one call on its way, since the next one has another number', async () => {
  const { bring, register, ledger } = setup()
  const block = Promise.withResolvers<void>()
  ledger.state.block = block.promise
  const first = bring(await register({ nonce: 0n }))
  await expect.poll(() => ledger.sent.length).toBe(1)
  const second = await bring(await register({ nonce: 0n, key: 8n }))
  expect(second).toMatchObject({ status: 429, answer: { code: 'busy', retryAfterSeconds: 2 } })
  block.resolve()
  expect((await first).answer).toEqual(included)
})

test('whoever waits for a block is answered in time, and hears of it when it asks again', async () => {
  const { bring, register, ledger, clock } = setup()
  const block = Promise.withResolvers<void>()
  ledger.state.block = block.promise
  const call = await register({ nonce: 0n })
  const first = bring(call)
  await expect.poll(() => ledger.sent.length).toBe(1)
  await clock.pass(8000)
  expect(await first).toMatchObject({ status: 202, answer: { state: 'sent' } })
  block.resolve()
  expect((await bring(call)).answer).toEqual(included)
  expect(ledger.sent).toHaveLength(1)
})

test('whoever asks more than once a second is looked at no more, and others are', async () => {
  const { bring } = setup()
  for (let asked = 0; asked < 60; asked += 1) await bring(Buffer.of())
  expect(await bring(Buffer.of())).toMatchObject({
    status: 429,
    answer: {
      message: 'That is all for now: at most 60 calls in 60 s for your address. Come back in 60 s.',
    },
  })
  expect((await bring(Buffer.of(), '198.51.100.7')).status).toBe(400)
})

test('whoever has a network of 65,536 addresses takes a fifth of what there is for all', async () => {
  const { bring } = setup()
  const addressOf = (network: string, at: number) => `2001:db8:${network}:${at.toString(16)}::/64`
  for (let at = 0; at < 600; at += 1) {
    expect((await bring(Buffer.of(), addressOf('1', at))).status).toBe(400)
  }
  expect(await bring(Buffer.of(), addressOf('1', 600))).toMatchObject({
    status: 429,
    answer: {
      message:
        'That is all for now: at most 600 calls in 60 s for your network. Come back in 60 s.',
    },
  })
  expect((await bring(Buffer.of(), addressOf('2', 600))).status).toBe(400)
})

test('while a network of many addresses waits for the chain, others have places', async () => {
  const { bring, register, ledger } = setup()
  const chain = Promise.withResolvers<void>()
  ledger.state.standing = chain.promise
  const calls = Array.from({ length: 40 }, async (_, at) =>
    bring(await register({ nonce: 0n, key: BigInt(at) }), `2001:db8:1:${at.toString(16)}::/64`),
  )
  await expect.poll(() => ledger.asked.length).toBe(16)
  const other = bring(await register({ nonce: 0n, key: 100n }), '192.0.2.7')
  await expect.poll(() => ledger.asked.length).toBe(17)
  chain.resolve()
  const codes = (await Promise.all(calls)).map(({ status }) => status)
  expect(codes.filter((status) => status === 429).length).toBeGreaterThanOrEqual(24)
  await other
})

test('a masternode that needs its money for itself says so, and is asked again later', async () => {
  const { bring, register, ledger } = setup()
  ledger.state.cost = ledger.state.balance / 99n
  const call = await register({ nonce: 0n })
  expect(await bring(call)).toMatchObject({ status: 503, retryAfterSeconds: 600 })
  ledger.state.cost = ledger.state.balance / 1000n
  expect((await bring(call)).answer).toEqual(included)
})

test('however high fees rise, a masternode spends a tenth of what it has in an hour', async () => {
  const { bring, register, ledger, clock } = setup()
  ledger.state.cost = ledger.state.balance / 100n
  for (let key = 1n; key <= 10n; key += 1n) {
    expect((await bring(await register({ nonce: key - 1n, key }))).status).toBe(200)
  }
  const next = await register({ nonce: 10n, key: 11n })
  expect(await bring(next)).toMatchObject({ status: 503, retryAfterSeconds: 600 })
  await clock.pass(3_600_000)
  expect((await bring(next)).status).toBe(200)
})

test('who knows what an owner signs keeps the owner’s call from nothing by another signature', async () => {
  const { bring, register, ledger } = setup()
  const call = await register({ nonce: 0n })
  const forged = { ...(JSON.parse(String(call)) as object), signature: await signSomething() }
  const chain = Promise.withResolvers<void>()
  ledger.state.standing = chain.promise
  const bringings = [Buffer.from(JSON.stringify(forged)), call].map((each) => bring(each))
  await expect.poll(() => ledger.asked.length).toBe(2)
  chain.resolve()
  const answers = await Promise.all(bringings)
  expect(answers.map(({ status }) => status)).toEqual([403, 200])
})

test('nor by the other form of the owner’s own signature, which anybody can make and no contract takes', async () => {
  const { bring, register, ledger } = setup()
  const call = await register({ nonce: 0n })
  const signed = JSON.parse(String(call)) as { readonly signature: Hex }
  const { r, s, yParity } = parseSignature(signed.signature)
  const order = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_fffe_baae_dce6_af48_a03b_bfd2_5e8c_d036_4141n
  const mirrored = { r, s: numberToHex(order - BigInt(s), { size: 32 }), yParity: 1 - yParity }
  const bare = signed.signature.replace(/..$/, `0${yParity}`)
  for (const signature of [serializeSignature(mirrored), bare]) {
    const { status } = await bring(Buffer.from(JSON.stringify({ ...signed, signature })))
    expect(status).toBe(403)
  }
  expect(ledger.asked).toEqual([])
  expect((await bring(call)).status).toBe(200)
})

test('what an owner signed long ago, brought again by anybody, holds up none of the owner’s calls', async () => {
  const { bring, register, retire, ledger, clock } = setup()
  const old = await register({ nonce: 0n })
  await bring(old)
  await bring(await retire(1n))
  await clock.pass(3_600_000)
  const chain = Promise.withResolvers<void>()
  ledger.state.standing = chain.promise
  const again = bring(old, '198.51.100.7')
  const wanted = bring(await register({ nonce: 2n }))
  await expect.poll(() => ledger.asked.length).toBe(4)
  chain.resolve()
  expect((await wanted).answer).toMatchObject({ state: 'included' })
  expect((await again).answer).toMatchObject({ code: expect.stringMatching(/^(refused|busy)$/) })
})

test('what contracts refuse strangers fills no log', async () => {
  const { bring, sign, logged } = setup()
  const theirs = await sign({ ...wish(0n), owner: parseAddress(stranger.address) }, stranger)
  expect((await bring(theirs)).status).toBe(409)
  expect(logged).toEqual([])
})

const once = (nonce: bigint, deadline = 4000n) => ({ nonce, deadline })
const wish = (nonce: bigint, key = 7n, deadline = 4000n) =>
  ({
    kind: 'register',
    key,
    tlsKeyHash: `0x${'7'.repeat(64)}`,
    region: `0x${'0'.repeat(64)}`,
    ...once(nonce, deadline),
  }) as const

/** Returns a signature of somebody’s for something else. */
const signSomething = () => stranger.signMessage({ message: 'hello' })

function setup() {
  // Chain time is 1000 s, and calls are valid for long.
  const clock = createManualClock(1_000_000)
  const ledger = createMemoryRelayLedger(owner)
  const logged: unknown[] = []
  const log = { info: () => {}, warn: (what: unknown) => void logged.push(what) }
  const posts = createRelay({ ledger, chainId, clock, log })
  const sign = async (wanted: OwnerWish, signer = account) =>
    writeOwnerCall(await signWish(wanted, signer, chainId))
  return {
    ledger,
    clock,
    logged,
    sign,
    register: ({ nonce, key, deadline = 9000n }: Readonly<Record<string, bigint>>) =>
      sign({ ...wish(nonce ?? 0n, key, deadline), owner }),
    retire: (nonce: bigint) =>
      sign({ kind: 'retire', device: parseDeviceId(7), ...once(nonce, 9000n) }),
    bring: async (body: Uint8Array, client = '192.0.2.1') => {
      const reply = await posts({ path: RELAY_PATH, body, client })
      return { ...reply, answer: parseRelayAnswer(reply?.body ?? Buffer.of()) }
    },
  }
}
