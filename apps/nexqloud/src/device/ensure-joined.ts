import { BaseError } from '@nexqloud/kernel'
import {
  createDeviceIndex,
  readServingMasternodes,
  readDevice,
  type DeviceRecord,
} from '@nexqloud/ledger'
import type { TlsIdentity } from '@nexqloud/tunnel'
import { stringToHex, type Hex } from 'viem'

import { readChain } from '../session/read-chain.ts'
import type { Session } from '../session/session.ts'
import type { Sender } from '../transaction/sender.ts'
import { showNxq } from '../unit.ts'
import { buyKeyFor, findFreeKey, readKeyPrice } from './choose-key.ts'
import type { Deliver } from './deliver.ts'
import { makeIdentity, tlsKeyFileOf } from './device-folder.ts'
import { DeviceFileError } from './errors.ts'
import {
  assertOwnNetwork,
  readGenesisHash,
  readMembership,
  writeMembership,
  type Membership,
} from './membership.ts'
import { parseRegion } from './region.ts'
import { registerDevice } from './signed-call.ts'

/** How a device is to join. */
export type JoinWish = {
  /** The device's own folder; it is made where it is not there. */
  readonly folder: string
  /** Opens the wallet that shall own the device; called only where it has to sign. */
  readonly openSender: () => Promise<Sender>
  /** How its registration gets onto the chain. */
  readonly deliver: Deliver
  /** A digital key of that wallet; any that is free where it is left out. */
  readonly key?: bigint | undefined
  /** Where the device stands; the region of the first masternode where it is left out. */
  readonly region?: string | undefined
  /** The node to ask from now on; the data folder's own where it is left out. */
  readonly rpc?: string | undefined
  /** Whether a key may be bought for so much, where the wallet has none that is free. */
  readonly mayBuy: (priceWei: bigint) => Promise<boolean>
  /** What was done, in words; called for each step that is done. */
  readonly onStep: (step: string, value: string) => void
}

/** A device needs a key, and none may be bought. */
class KeyNeededError extends BaseError {
  constructor(wallet: string, priceWei: bigint) {
    super(`${wallet} has no digital key that is free; one costs ${showNxq(priceWei)}.`, {
      code: 'DEVICE_KEY_NEEDED',
      kind: 'conflict',
      hint: 'Let one be bought with --yes, or name a wallet that has one with --from.',
    })
  }
}

/**
 * Returns which device a folder is, registered on the chain. Goes on where an earlier call was ended, at whatever moment: what
 * the chain knows already is not paid for again. A device that was retired is registered anew.
 *
 * @throws {@link KeyNeededError}, `InvalidRegionError`, {@link OtherChainError}, {@link DeviceFileError}, and as
 * {@link sendTransaction} and its {@link Deliver} do.
 */
export async function ensureJoined(session: Session, wish: JoinWish): Promise<Membership> {
  const region = wish.region === undefined ? undefined : parseRegion(wish.region)
  const { folder } = wish
  const identity = await makeIdentity(folder)
  const known = await findJoined(session, { folder, identity })
  if (known !== undefined) {
    wish.onStep('device', `${known.device}, registered before`)
    return remember(session, wish, known)
  }
  const sender = await wish.openSender()
  const adopted = await findRegistered(session, identity, sender)
  const registered = adopted ?? (await register(session, sender, { wish, region, identity }))
  return remember(session, wish, registered)
}

type Found = Pick<Membership, 'device' | 'owner' | 'key' | 'region' | 'tlsKeyHash' | 'rpc'>
type OfFolder = { readonly folder: string; readonly identity: TlsIdentity }

async function findJoined(
  { ledger }: Session,
  { folder, identity }: OfFolder,
): Promise<Found | undefined> {
  const joined = await readMembership(folder)
  if (joined === undefined) return undefined
  if (joined.tlsKeyHash !== identity.keyHash) {
    const problem = `it is not the key that device ${joined.device} joined with.`
    throw new DeviceFileError(tlsKeyFileOf(folder), problem)
  }
  await assertOwnNetwork(ledger, { folder, joined })
  const record = await readChain(readDevice(ledger, joined.device))
  if (record === undefined || record.status === 'retired') return undefined
  return { ...joined, owner: record.owner }
}

/** An earlier call may have ended between the block and the file. */
async function findRegistered(
  { ledger }: Session,
  { keyHash }: TlsIdentity,
  { wallet }: Sender,
): Promise<Found | undefined> {
  const record = await readChain(createDeviceIndex(ledger).find(keyHash))
  if (record === undefined || record.owner !== wallet.address) return undefined
  return toFound(record)
}

function toFound({ id, owner, key, region, tlsKeyHash }: DeviceRecord): Found {
  return { device: id, owner, key, region, tlsKeyHash }
}

async function remember(session: Session, wish: JoinWish, found: Found): Promise<Membership> {
  const rpc = wish.rpc ?? found.rpc
  const joined: Membership = {
    device: found.device,
    owner: found.owner,
    key: found.key,
    region: found.region,
    tlsKeyHash: found.tlsKeyHash,
    chainId: session.chain.id,
    genesisHash: await readGenesisHash(session.ledger),
    ...(rpc !== undefined && { rpc }),
  }
  await writeMembership(wish.folder, joined)
  return joined
}

type Registering = {
  readonly wish: JoinWish
  readonly region: string | undefined
  readonly identity: TlsIdentity
}

async function register(
  session: Session,
  sender: Sender,
  { wish, region: wanted, identity }: Registering,
): Promise<Found> {
  const { ledger } = session
  const owner = sender.wallet.address
  const [first] = await readChain(readServingMasternodes(ledger))
  const region = wanted ?? parseRegion(first?.region ?? 'local')
  const key = wish.key ?? (await findFreeKey(ledger, owner)) ?? (await buy(session, sender, wish))
  const tlsKeyHash: Hex = identity.keyHash
  const regionBytes = stringToHex(region, { size: 32 })
  const by = { sender, deliver: wish.deliver }
  const device = await registerDevice(session, by, { key, tlsKeyHash, region: regionBytes })
  wish.onStep('device', `${device}, registered with key ${key} in region ${region}`)
  return { device, owner, key, region, tlsKeyHash }
}

async function buy(session: Session, sender: Sender, wish: JoinWish): Promise<bigint> {
  const priceWei = await readKeyPrice(session.ledger)
  if (!(await wish.mayBuy(priceWei))) throw new KeyNeededError(sender.wallet.name, priceWei)
  const key = await buyKeyFor(session, sender, priceWei)
  wish.onStep('key', `${key}, bought for ${showNxq(priceWei)}`)
  return key
}
