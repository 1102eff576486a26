import type { Address } from '@nexqloud/kernel'
import { readDevice, readDeviceOfKey, type DeviceRecord, type Ledger } from '@nexqloud/ledger'

import type { OwnerCall } from '../device/owner-call.ts'
import { isNothing } from '../device/scores-text.ts'
import { readChain } from '../session/read-chain.ts'

/** How the chain stands to what an owner has signed. */
export type CallStanding = {
  /** Whose signature it takes. */
  readonly owner: Address
  /** The digital key that it is about. */
  readonly key: bigint
  /** The owner's next number. */
  readonly nonce: bigint
  /** Whether code of the owner's own would judge the signature. */
  readonly hasCode: boolean
  /** Whether what it is to make so is so. */
  readonly isDone: boolean
}

/** What is asked of a ledger here, whoever's it is. */
type StandingReader = Pick<Ledger<undefined>, 'client' | 'devices'>

/** Returns how the chain stands to a call; nothing where it is about a device that never was. */
export async function readStanding(
  ledger: StandingReader,
  call: OwnerCall,
): Promise<CallStanding | undefined> {
  const about = await readAbout(ledger, call)
  if (about === undefined) return undefined
  const { owner } = about
  const [nonce, code] = await Promise.all([
    readChain(ledger.devices.read.nonces([owner])),
    readChain(ledger.client.getCode({ address: owner })),
  ])
  return { ...about, nonce, hasCode: code !== undefined && code !== '0x' }
}

type About = Pick<CallStanding, 'owner' | 'key' | 'isDone'>

async function readAbout(ledger: StandingReader, call: OwnerCall): Promise<About | undefined> {
  if (call.kind === 'register') {
    const { owner, key, tlsKeyHash } = call
    const record = await readChain(readDeviceOfKey(ledger, key))
    const isRegistered = record?.owner === owner && record.tlsKeyHash === tlsKeyHash
    return { owner, key, isDone: isRegistered }
  }
  const record = await readChain(readDevice(ledger, call.device))
  return record && { owner: record.owner, key: record.key, isDone: isDone(record, call) }
}

function isDone(
  { status, accepted, offered }: DeviceRecord,
  call: Exclude<OwnerCall, { kind: 'register' }>,
): boolean {
  if (call.kind === 'retire') return status === 'retired'
  const { cpu, memoryScore, storageScore, gpu, isp } = call.scores
  return (
    status === 'active' &&
    isNothing(offered) &&
    accepted.cpu === cpu &&
    accepted.memoryScore === memoryScore &&
    accepted.storageScore === storageScore &&
    accepted.gpu === gpu &&
    accepted.isp === isp
  )
}
