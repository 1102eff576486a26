import { parseAddress, parseMasternodeId, type Address, type MasternodeId } from '@nexqloud/kernel'
import type { Hex } from 'viem'

import type { Ledger } from '../ledger.ts'
import { bytes32ToText, explained } from './device.ts'

/** What is asked of a ledger here, whoever's it is. */
export type MasternodeReader = {
  readonly masternodes: Pick<Ledger<undefined>['masternodes'], 'read'>
}

/** A masternode as the chain knows it. */
export type MasternodeRecord = {
  readonly id: MasternodeId
  /** Owns it, and receives what it earns. */
  readonly operator: Address
  /** Its hot key. */
  readonly signer: Address
  /** SHA-256 of its SubjectPublicKeyInfo, lower case. */
  readonly tlsKeyHash: Hex
  readonly region: string
  /** Where devices dial it, as its operator wrote it: `host:port`. */
  readonly endpoint: string
}

/** A host, without the brackets of IPv6, and a port. */
export type HostPort = { readonly host: string; readonly port: number }

/**
 * Returns the masternodes that devices dial, by seat: all active ones. Where none is, all that are admitted: after a pause of the whole
 * network somebody has to be dialled before anybody can be active again.
 */
export async function readServingMasternodes({
  masternodes: { read },
}: MasternodeReader): Promise<readonly MasternodeRecord[]> {
  const active = await explained(read.activeSeats())
  const seats = active === 0n ? await explained(read.admittedSeats()) : active
  const ids = await Promise.all(seatsOf(seats).map((seat) => explained(read.inSeat([seat]))))
  // Between two questions a seat may have become free.
  const taken = ids.filter((id) => id !== 0)
  return Promise.all(taken.map((id) => readMasternode(read, parseMasternodeId(id))))
}

/** Returns the masternode with a hot key; nothing where none with it is registered. */
export async function readMasternodeOfSigner(
  { masternodes: { read } }: MasternodeReader,
  signer: Address,
): Promise<MasternodeRecord | undefined> {
  const id = await explained(read.idOf([signer]))
  return id === 0 ? undefined : readMasternode(read, parseMasternodeId(id))
}

async function readMasternode(
  read: MasternodeReader['masternodes']['read'],
  id: MasternodeId,
): Promise<MasternodeRecord> {
  const record = await explained(read.masternode([id]))
  return {
    id,
    operator: parseAddress(record.operator),
    signer: parseAddress(record.signer),
    tlsKeyHash: record.tlsKeyHash,
    region: bytes32ToText(record.region),
    endpoint: record.endpoint,
  }
}

/** Returns the numbers of the bits that are set. */
export function seatsOf(bits: bigint): readonly number[] {
  return Array.from({ length: 256 }, (_, seat) => seat).filter(
    (seat) => ((bits >> BigInt(seat)) & 1n) === 1n,
  )
}

/** Returns where an endpoint leads; `undefined` where its operator wrote something else than `host:port`. */
export function parseEndpoint(endpoint: string): HostPort | undefined {
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/i.exec(endpoint) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  if (host === undefined || port < 1 || port > 65_535) return undefined
  return { host, port }
}
