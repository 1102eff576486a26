import type { Address } from '@nexqloud/kernel'
import { ContractRefusalError } from '@nexqloud/ledger'
import { numberToHex } from 'viem'

import type { OwnerCall } from '../device/owner-call.ts'
import { RefusedError, RevertedError } from '../transaction/errors.ts'
import type { RelayLedger } from './relay.ts'

/** A chain in memory, as a relay uses it. */
export type MemoryRelayLedger = RelayLedger & {
  /** What was paid for, in order. */
  readonly sent: readonly OwnerCall[]
  /** Owners whose code judges their signatures. */
  readonly contracts: Set<Address>
  /** What the masternode can do now, and its chain. */
  readonly state: {
    isPoor: boolean
    /** The next call fails in its block. */
    reverts: boolean
    /** When the next block comes. */
    block: Promise<unknown>
  }
}

/** Returns a chain on which each key of the owner activates one device at a time; devices have the numbers of their keys. */
export function createMemoryRelayLedger(owner: Address): MemoryRelayLedger {
  const sent: OwnerCall[] = []
  const contracts = new Set<Address>()
  const state = { isPoor: false, reverts: false, block: Promise.resolve() as Promise<unknown> }
  const active = new Set<bigint>()
  let nonce = 0n
  const keyOf = (call: OwnerCall): bigint =>
    call.kind === 'register' ? call.key : BigInt(call.device)
  const isWanted = (call: OwnerCall): boolean => call.kind !== 'retire'
  return {
    sent,
    contracts,
    state,
    readStanding: async (call) => {
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
    canAfford: async () => !state.isPoor,
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
