import type { Address } from '@nexqloud/kernel'
import { ContractRefusalError } from '@nexqloud/ledger'
import { numberToHex } from 'viem'

import type { OwnerCall } from '../device/owner-call.ts'
import { RefusedError, RevertedError } from '../transaction/errors.ts'
import type { RelayLedger } from './relay.ts'

/** A chain in memory, as a relay uses it. */
export type MemoryRelayLedger = RelayLedger & {
  /** What it was asked about, in order. */
  readonly asked: readonly OwnerCall[]
  /** What was paid for, in order. */
  readonly sent: readonly OwnerCall[]
  /** Owners whose code judges their signatures. */
  readonly contracts: Set<Address>
  /** What the masternode can do now, and its chain. */
  readonly state: {
    balance: bigint
    /** What one call costs. */
    cost: bigint
    /** When the chain answers how it stands to a call. */
    standing: Promise<unknown>
    /** The next call fails in its block. */
    reverts: boolean
    /** When the next block comes. */
    block: Promise<unknown>
  }
}

/** Returns a chain on which each key of the owner activates one device at a time; devices have the numbers of their keys. */
export function createMemoryRelayLedger(owner: Address): MemoryRelayLedger {
  const [asked, sent]: [OwnerCall[], OwnerCall[]] = [[], []]
  const contracts = new Set<Address>()
  const state: MemoryRelayLedger['state'] = {
    balance: 10n ** 18n,
    cost: 10n ** 14n,
    standing: Promise.resolve(),
    reverts: false,
    block: Promise.resolve(),
  }
  const active = new Set<bigint>()
  let nonce = 0n
  const keyOf = (call: OwnerCall): bigint =>
    call.kind === 'register' ? call.key : BigInt(call.device)
  const isWanted = (call: OwnerCall): boolean => call.kind !== 'retire'
  return {
    asked,
    sent,
    contracts,
    state,
    readStanding: async (call) => {
      asked.push(call)
      await state.standing
      const key = keyOf(call)
      if (key > 1000n) return undefined
      const isDone = active.has(key) === isWanted(call)
      const of = call.kind === 'register' ? call.owner : owner
      return { owner: of, key, nonce, hasCode: contracts.has(of), isDone }
    },
    tryCall: async (call) => {
      if (call.kind !== 'register' || call.owner === owner) return
      const args = [call.key, owner, call.owner]
      const refusal = { errorName: 'DevicesNotKeyOwner', args }
      throw new RefusedError(new ContractRefusalError(refusal, undefined))
    },
    readMeans: async () => ({ balance: state.balance, cost: state.cost }),
    send: async (call) => {
      sent.push(call)
      await state.block
      const hash = numberToHex(sent.length, { size: 32 })
      if (state.reverts) throw new RevertedError(hash)
      nonce += 1n
      if (isWanted(call)) active.add(keyOf(call))
      else active.delete(keyOf(call))
      return hash
    },
  }
}
