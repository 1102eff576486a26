import { createManualClock, parseAddress } from '@nexqloud/kernel'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'

import { signWish } from '../device/owner-call.ts'
import { RelayUnreachableError } from './errors.ts'
import { createMemoryRelayLedger } from './memory-relay-ledger.ts'
import { relayByOne } from './relay-by-one.ts'
import { createMemoryRelay, type RelayDoor } from './relay-door.ts'
import type { RelayAnswer } from './relay-message.ts'
import { createRelay } from './relay.ts'

const chainId = 5_134_418
const account = privateKeyToAccount(`0x${'7e'.repeat(32)}`)

test('the first masternode that sends it is enough', async () => {
  const { relay, honest, ledger } = setup()
  expect(await relay([honest('masternode 1'), honest('masternode 2')])).toBe('masternode 1')
  expect(ledger.sent).toHaveLength(1)
})

test('where one is away, refuses or lies, the next one is asked', async () => {
  const { relay, honest, says } = setup()
  const away: RelayDoor = {
    name: 'masternode 1',
    bring: async () => {
      throw new RelayUnreachableError('masternode 1', 'connect ECONNREFUSED')
    },
  }
  const refuses = says('masternode 2', { state: 'refused', code: 'limit', message: 'Enough.' })
  const lies = says('masternode 3', { state: 'included', hash: `0x${'a'.repeat(64)}` })
  expect(await relay([away, refuses, lies, honest('masternode 4')])).toBe('masternode 4')
})

test('where all refuse, each reason is told, and the soonest time to come back', async () => {
  const { relay, says } = setup()
  const relaying = relay([
    says('masternode 1', {
      state: 'refused',
      code: 'limit',
      message: 'Enough.',
      retryAfterSeconds: 9,
    }),
    says('masternode 2', {
      state: 'refused',
      code: 'unavailable',
      message: 'It is poor.',
      retryAfterSeconds: 600,
    }),
    says('masternode 3', { state: 'sent' }),
  ])
  await expect(relaying).rejects.toMatchObject({
    code: 'RELAY_REFUSED',
    message:
      'No masternode has sent it: masternode 1: Enough. masternode 2: It is poor. masternode 3: it says that it sends it, and the chain does not have it.',
    hint: 'Repeat the command in 9 s; or with some NXQ on the wallet, which then pays the fee itself.',
  })
  await expect(relay([])).rejects.toMatchObject({
    message: 'No masternode has sent it: the chain names none.',
  })
})

test('one that is busy with another call of the owner is asked again', async () => {
  const { relay, honest } = setup()
  const door = honest('masternode 1')
  let asked = 0
  const busyOnce: RelayDoor = {
    ...door,
    bring: async (call, signal) => {
      asked += 1
      if (asked > 1) return door.bring(call, signal)
      return { state: 'refused', code: 'busy', message: 'Another call is on its way.' }
    },
  }
  expect(await relay([busyOnce])).toBe('masternode 1')
})

test('a command that is ended says that it may have been sent', async () => {
  const { relay, honest } = setup()
  await expect(relay([honest('masternode 1')], AbortSignal.abort())).rejects.toMatchObject({
    code: 'RELAY_LEFT',
  })
})

function setup() {
  const clock = createManualClock(1_000_000)
  const ledger = createMemoryRelayLedger(parseAddress(account.address))
  const log = { info: () => {}, warn: () => {} }
  const once = { nonce: 0n, deadline: 4000n }
  const wish = {
    kind: 'register',
    owner: parseAddress(account.address),
    key: 7n,
    tlsKeyHash: `0x${'7'.repeat(64)}`,
    region: `0x${'0'.repeat(64)}`,
    ...once,
  } as const
  const never = new AbortController().signal
  return {
    ledger,
    honest: (name: string) => createMemoryRelay(name, createRelay({ ledger, chainId, clock, log })),
    says: (name: string, answer: RelayAnswer): RelayDoor => ({ name, bring: async () => answer }),
    relay: async (relays: readonly RelayDoor[], signal = never) => {
      const call = await signWish(wish, account, chainId)
      return relayByOne(call, {
        relays,
        isDone: async () => (await ledger.readStanding(call))?.isDone === true,
        onWait: () => {},
        // Time passes as it is waited for.
        clock: { ...clock, delay: async (ms) => clock.pass(ms) },
        signal,
      })
    },
  }
}
