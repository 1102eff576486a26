/** A network whose record is in PGlite, and whose database can be taken away. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Pod } from '@nexqloud/control'
import { parseMasternodeId } from '@nexqloud/kernel'
import type { LogOptions } from '@nexqloud/kube'
import { createCalendar } from '@nexqloud/rules'
import {
  DatabaseAwayError,
  openFileShelf,
  type Outage,
  type RecordStore,
  type SealedFile,
} from '@nexqloud/store'
import { onTestFinished } from 'vitest'

import type { RecordOptions } from '../src/record/recorder.ts'
import { openMemoryApi, openNetwork, type Network } from './network.ts'

/** A network, and its record. */
export type RecordLab = Network & {
  readonly outages: Outage[]
  /** Witness files that were made. */
  readonly sealed: SealedFile[]
  /** Takes the database away, or brings it back. */
  readonly setAway: (isAway: boolean) => void
  /** Returns the log of a pod's container, as a client of the API gets it. */
  readonly readLog: (pod: Pod, more?: Partial<LogOptions>) => Promise<string>
}

const wholeLog: LogOptions = {
  follow: false,
  previous: false,
  timestamps: false,
  tailLines: undefined,
  sinceSeconds: undefined,
  sinceTime: undefined,
  limitBytes: undefined,
}

/** Opens a network whose record is in this store, which is closed with it. */
export async function openRecordLab(
  openStore: () => Promise<RecordStore>,
  {
    isAway = false,
    periodSeconds = 300,
  }: { readonly isAway?: boolean; readonly periodSeconds?: number } = {},
): Promise<RecordLab> {
  const folder = await mkdtemp(join(tmpdir(), 'nexqloud-witness-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const outages: Outage[] = []
  const sealed: SealedFile[] = []
  const gate = { isAway }
  const calendar = createCalendar({ genesisTime: 0, periodSeconds })
  const record: RecordOptions = {
    masternode: parseMasternodeId(1),
    calendar,
    shelf: await openFileShelf({ folder, calendar }),
    openStore: async () => {
      if (gate.isAway) throw new DatabaseAwayError(new Error('The test took it.'))
      return gated(await openStore(), gate)
    },
    onSealed: (file) => sealed.push(file),
    onBack: (outage) => outages.push(outage),
  }
  const network = await openNetwork(openMemoryApi, record)
  return {
    ...network,
    outages,
    sealed,
    setAway: (away) => {
      gate.isAway = away
    },
    readLog: async ({ metadata = {}, spec }, more = {}) => {
      const { namespace = '', name = '', uid = '' } = metadata
      const node = spec?.nodeName ?? ''
      const target = { node, namespace, pod: name, uid, container: 'main' }
      const pieces: Uint8Array[] = []
      const log = network.streams.log(target, { ...wholeLog, ...more }, AbortSignal.timeout(5000))
      for await (const piece of log) pieces.push(piece)
      return Buffer.concat(pieces).toString()
    },
  }
}

/** Returns a store that stays open when whoever has it closes it. */
export function shared(store: RecordStore): () => Promise<RecordStore> {
  return async () => ({ ...store, close: async () => {} })
}

function gated(store: RecordStore, gate: { readonly isAway: boolean }): RecordStore {
  return new Proxy(store, {
    get: (target, name: keyof RecordStore) => {
      if (!gate.isAway || name === 'close') return target[name]
      return () => Promise.reject(new DatabaseAwayError(new Error('The test took it.')))
    },
  })
}
