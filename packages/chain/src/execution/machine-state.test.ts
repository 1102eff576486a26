import { createMPT } from '@ethereumjs/mpt'
import { Caches, MerkleStateManager } from '@ethereumjs/statemanager'
import { Account, bytesToHex, createAddressFromString, setLengthLeft } from '@ethereumjs/util'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'

import { createLocalGenesis } from '../../test/local-genesis.ts'
import type { GenesisFile } from '../genesis/genesis-file.ts'
import { createChainCommon } from './chain-common.ts'
import { MachineState } from './machine-state.ts'
import { createMachine } from './machine.ts'
import { createTrieDatabase } from './trie-database.ts'

let genesis: GenesisFile

beforeAll(async () => {
  genesis = await createLocalGenesis({})
})

const addresses = [1, 2].map((digit) => createAddressFromString(`0x${`${digit}`.repeat(40)}`))

const anyStep = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    account: fc.nat({ max: 1 }),
    slot: fc.nat({ max: 9 }),
    value: fc.nat({ max: 2 }),
  }),
  fc.constantFrom({ kind: 'checkpoint' }, { kind: 'commit' }, { kind: 'revert' } as const),
)

test('leads to the same root as the library without its caches, whatever is tried and taken back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 60 }), async (steps) => {
      const { state } = (await setup()).machine
      const library = new MerkleStateManager()
      for (const subject of [state, library]) {
        await subject.checkpoint()
        for (const address of addresses) await subject.putAccount(address, new Account(1n))
        let open = 0
        for (const step of steps) {
          if (step.kind === 'put') {
            const value = Uint8Array.of(step.value)
            await subject.putStorage(addressAt(step.account), slotAt(step.slot), value)
            await subject.getStorage(addressAt(step.account), slotAt(step.slot + 1))
          } else if (step.kind === 'checkpoint') {
            await subject.checkpoint()
            open += 1
          } else if (open > 0) {
            await subject[step.kind]()
            open -= 1
          }
        }
        for (; open >= 0; open -= 1) await subject.commit()
      }
      expect(bytesToHex(await state.getStateRoot())).toBe(bytesToHex(await library.getStateRoot()))
    }),
  )
})

test('stores the tries that a block leads to, not those on the way', async () => {
  const { machine, database } = await setup()
  const { state } = machine
  await state.checkpoint()
  await state.putAccount(addressAt(0), new Account(1n))
  for (let slot = 0; slot < 200; slot += 1) {
    await state.checkpoint()
    await state.putStorage(addressAt(0), slotAt(slot), new Uint8Array(32).fill(1))
    await state.commit()
  }
  await state.commit()
  // 200 leaves, some 17 to 60 branches over them, and the account.
  expect(database.takeWrites().length).toBeLessThan(280)
})

test('forgets slots when they become many, and reads them anew', async () => {
  const common = createChainCommon(genesis)
  const trie = await createMPT({ common, useKeyHashing: true })
  const caches = new Caches({ account: {}, storage: {}, code: {} })
  const state = new MachineState({ common, trie, caches, mostSlots: 3 })
  const slotsAfter = async (change: () => Promise<unknown>) => {
    await state.checkpoint()
    await change()
    await state.commit()
    return caches.storage?.dump(addressAt(0))?.size ?? 0
  }
  const put = (slot: number) => state.putStorage(addressAt(0), slotAt(slot), Uint8Array.of(7))
  await state.putAccount(addressAt(0), new Account(1n))
  expect(await slotsAfter(() => put(0))).toBe(1)
  expect(await slotsAfter(() => put(1))).toBe(2)
  expect(await slotsAfter(() => Promise.all([2, 3].map(put)))).toBe(0)
  expect(await state.getStorage(addressAt(0), slotAt(3))).toEqual(Uint8Array.of(7))
})

function addressAt(index: number) {
  return addresses[index] ?? createAddressFromString(`0x${'3'.repeat(40)}`)
}

function slotAt(slot: number): Uint8Array {
  return setLengthLeft(Uint8Array.of(slot), 32)
}

async function setup() {
  const common = createChainCommon(genesis)
  const database = createTrieDatabase({ get: async () => undefined, location: 'memory' })
  const blockHashes = async () => new Uint8Array(32)
  return {
    machine: await createMachine({ common, database, blockHashes, mostTouched: 0 }),
    database,
  }
}
