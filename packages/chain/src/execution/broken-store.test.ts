import { describe, expect, test } from 'vitest'

import { buildOn, openTestEngine, signAs } from '../../test/engine.ts'
import { accountOf, createLocalGenesis } from '../../test/local-genesis.ts'
import { StoreFailedError } from '../store/errors.ts'
import type { KeyValueStore } from '../store/key-value-store.ts'
import { stateKey } from '../store/tables.ts'

const genesis = await createLocalGenesis({ [accountOf(0).address]: 10n ** 18n })
const [stateTable] = stateKey(new Uint8Array())

describe.each([
  ['cannot be read', failing, { code: 'CHAIN_STORE_FAILED' }],
  ['is missing', async () => undefined, { code: 'CHAIN_DATA_DAMAGED' }],
  ['was changed', async () => Uint8Array.of(0xc0), { code: 'CHAIN_DATA_DAMAGED' }],
])('a state of which a part %s', (_, read, failure) => {
  test('is no verdict on a transaction', async () => {
    const { engine, head } = await openTestEngine(genesis, {
      wrap: (store) => breakState(store, read),
    })
    const transactions = [await signAs(0, { nonce: 0 })]
    await expect(buildOn(engine, await head(), { transactions })).rejects.toMatchObject(failure)
  })

  test('is no verdict on another node’s block', async () => {
    const whole = await openTestEngine(genesis)
    const transactions = [await signAs(0, { nonce: 0 })]
    const { payload } = await buildOn(whole.engine, await whole.head(), { transactions })
    const { engine } = await openTestEngine(genesis, {
      wrap: (store) => breakState(store, read),
    })
    await expect(engine.newPayload(payload)).rejects.toMatchObject(failure)
  })
})

async function failing(): Promise<never> {
  throw new StoreFailedError('/data', new Error('EIO'))
}

/** The root is whole, else no engine would start. */
function breakState(
  { get, ...store }: KeyValueStore,
  read: () => Promise<Uint8Array | undefined>,
): KeyValueStore {
  let seen = 0
  return {
    ...store,
    get: async (key) => {
      if (key[0] !== stateTable) return get(key)
      seen += 1
      return seen === 1 ? get(key) : read()
    },
  }
}
