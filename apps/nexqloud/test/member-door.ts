/** The door of a masternode that settles: a port on which no device is let in, and everybody reads. */

import {
  createTlsIdentity,
  createTlsKey,
  LinkRefusedError,
  type TlsIdentity,
  type TlsKeyHash,
} from '@nexqloud/tunnel'
import { onTestFinished } from 'vitest'

import type { Settling } from '../src/masternode/settling.ts'
import { openMasternodeDoor } from './device-lab.ts'

type Shown = Pick<Settling, 'pages' | 'isPeer'>

/** Where it is, by which key. */
export type Door = { readonly port: number; readonly keyHash: TlsKeyHash }

/** What is read at a masternode's door. */
export type Reader = {
  readonly identity: TlsIdentity
  /** The keys of the masternodes that have read there. */
  readonly peers: ReadonlySet<TlsKeyHash>
  /** From now on this is read there; before, nothing. */
  readonly show: (settling: Shown) => void
  readonly openDoor: () => Promise<Door>
}

/** Makes the key of a door, and what is read there. */
export async function openReader(): Promise<Reader> {
  const identity = await createTlsIdentity(createTlsKey())
  const peers = new Set<TlsKeyHash>()
  let shown: Shown = { pages: async () => undefined, isPeer: () => false }
  const isPeer = (keyHash: TlsKeyHash): boolean => {
    if (!shown.isPeer(keyHash)) return false
    peers.add(keyHash)
    return true
  }
  return {
    identity,
    peers,
    show: (settling) => {
      shown = settling
    },
    openDoor: () => openDoor(identity, { isPeer, pages: (path) => shown.pages(path) }),
  }
}

async function openDoor({ keyPem }: TlsIdentity, offer: Shown): Promise<Door> {
  const refuse = async (keyHash: TlsKeyHash) =>
    new LinkRefusedError('No device has this key.', keyHash)
  const door = await openMasternodeDoor({ keyPem, refuse, offer })
  onTestFinished(() => door[Symbol.asyncDispose]())
  return { port: door.port, keyHash: door.identity.keyHash }
}
