import { annotations } from '@nexqloud/control'
import { defineEc2Kinds } from '@nexqloud/ec2'
import { createManualClock } from '@nexqloud/kernel'
import {
  ADMINISTRATORS,
  createInProcessTransport,
  createKubeClient,
  createMemoryDisk,
  kinds,
  openApiServer,
  openObjectStore,
} from '@nexqloud/kube'
import { createTlsKey } from '@nexqloud/tunnel'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { expect, onTestFinished, test } from 'vitest'

import { createSeal } from '../managed-wallet/seal.ts'
import { createRootKeyDoor } from './root-key-door.ts'
import { rootKeyAnswer, rootKeyText } from './root-key-request.ts'
import { createAsker, sealedAnswer } from './sealed-answer.ts'

const CHAIN = 7
const NOW = Date.parse('2026-01-01T00:00:00Z')
const payer = privateKeyToAccount(generatePrivateKey())
const stranger = privateKeyToAccount(generatePrivateKey())

test('who pays for a namespace gets a key of its account, each time another one', async () => {
  const { ask, sign, openedOf } = await setup()
  const first = await openedOf(await ask(await sign(payer)))
  const second = await openedOf(
    await ask(await sign(payer, { at: new Date(NOW + 1000).toISOString() })),
  )
  expect(first).toEqual({
    accountId: expect.stringMatching(/^[1-9]\d{11}$/),
    region: 'us-east-1',
    accessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
    secretAccessKey: expect.stringMatching(/^.{40}$/),
  })
  expect(second.accountId).toBe(first.accountId)
  expect(second.accessKeyId).not.toBe(first.accessKeyId)
})

test('the answer is for who signed, whoever brings the request', async () => {
  const { ask, sign } = await setup()
  const signed = await sign(payer)
  const other = { ...signed, publicKey: createAsker().publicKey }
  expect(await ask(other)).toMatchObject({ status: 403 })
  expect(await ask({ ...signed, publicKey: 'A'.repeat(43) })).toMatchObject({ status: 400 })
  const { body } = await ask(signed)
  expect(createAsker().open(sealedAnswer.parse(body))).toBeUndefined()
})

test('a signature counts once, for a minute, for its own namespace and network', async () => {
  const { ask, sign, clock } = await setup()
  const signed = await sign(payer)
  const statusOf = async (request: object): Promise<number> => (await ask(request)).status
  expect(await statusOf(signed)).toBe(200)
  expect(await statusOf(signed)).toBe(403)
  // The same signature, written in another way.
  const signature = signed.signature.replace(/1b$/, '00').replace(/1c$/, '01')
  expect(await statusOf({ ...signed, signature })).toBe(403)
  expect(await statusOf({ ...(await sign(payer)), namespace: 'other' })).toBe(403)
  expect(await statusOf(await sign(payer, { chainId: CHAIN + 1 }))).toBe(403)
  const old = await sign(payer, { at: new Date(NOW + 1).toISOString() })
  await clock.pass(61_000)
  expect(await statusOf(old)).toBe(403)
})

test('nobody else gets one, and what is no request is told what one is', async () => {
  const { ask, sign } = await setup()
  expect(await ask(await sign(stranger))).toMatchObject({ status: 403 })
  expect(await ask({ ...(await sign(payer)), namespace: 'nobodys' })).toMatchObject({ status: 403 })
  for (const request of [{}, [], 'x', { namespace: '../x', at: 'now', signature: '0x' }]) {
    expect(await ask(request)).toMatchObject({ status: 400 })
  }
})

test('who asks without end is told to wait, and nobody else is', async () => {
  const { ask, sign } = await setup()
  const answers = await Promise.all(Array.from({ length: 30 }, () => ask({})))
  expect(answers.filter(({ status }) => status === 503)).toHaveLength(20)
  expect(await ask(await sign(payer), '192.0.2.2')).toMatchObject({ status: 200 })
})

type Signed = {
  readonly namespace: string
  readonly at: string
  readonly publicKey: string
  readonly signature: string
}

/** A namespace that somebody pays for, and a door that gives its keys. */
async function setup() {
  const clock = createManualClock(NOW)
  const store = await openObjectStore(createMemoryDisk())
  const server = await openApiServer({ store, clock, onInternalError: () => {} })
  const user = { name: 'system:masternode', groups: [ADMINISTRATORS] }
  const client = createKubeClient(createInProcessTransport(server, user))
  onTestFinished(async () => {
    await client.close()
    server.close()
    await store.close()
  })
  await defineEc2Kinds(client)
  const body = { metadata: { annotations: { [annotations.account]: payer.address.toLowerCase() } } }
  await client.patch(kinds.namespaces, { name: 'default' }, { type: 'merge', body })
  const seal = createSeal(createTlsKey())
  const door = createRootKeyDoor({ client, seal, clock, chainId: CHAIN, region: 'us-east-1' })
  const asker = createAsker()
  return {
    clock,
    openedOf: async ({ body: answer }: { readonly body: object }) =>
      rootKeyAnswer.parse(JSON.parse(asker.open(sealedAnswer.parse(answer)) ?? '')),
    ask: (request: unknown, from = '192.0.2.1') => door(Buffer.from(JSON.stringify(request)), from),
    sign: async (
      account: typeof payer,
      { at = new Date(NOW).toISOString(), chainId = CHAIN } = {},
    ): Promise<Signed> => {
      const request = { namespace: 'default', at, publicKey: asker.publicKey }
      const message = rootKeyText(request, chainId)
      return { ...request, signature: await account.signMessage({ message }) }
    },
  }
}
