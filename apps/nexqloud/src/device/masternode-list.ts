import { createHash } from 'node:crypto'
import { join } from 'node:path'

import type { DeviceId } from '@nexqloud/kernel'
import {
  parseEndpoint,
  readServingMasternodes,
  readPeriodDraw,
  type DrawReader,
  type MasternodeRecord,
  type PeriodDraw,
} from '@nexqloud/ledger'
import { drawWitnesses } from '@nexqloud/rules'
import { parseTlsKeyHash, type LinkEndpoint, type UplinkTargets } from '@nexqloud/tunnel'
import { z } from 'zod'

import { keccak256 } from '../keccak256.ts'
import { readStateFile } from '../state-file.ts'
import { replaceFile } from '../whole-file.ts'

/** Whose masternodes, and who asks. */
export type MasternodeListParts = {
  readonly ledger: DrawReader
  readonly folder: string
  readonly device: DeviceId
  readonly region: string
}

/** Returns whom a device dials: its witnesses of the period that runs, and the others where none of those answers. */
export type MasternodeList = () => Promise<UplinkTargets>

const endpoints = z.array(
  z.object({
    host: z.string(),
    port: z.int(),
    keyHash: z.string().transform(parseTlsKeyHash),
  }),
)
const remembered = z.object({ kept: endpoints, spare: endpoints })

/**
 * Returns the witnesses that the chain draws for a device, and the other masternodes that serve, those of its own region first; those that were found
 * last where the chain does not answer, also after a restart.
 */
export function createMasternodeList(parts: MasternodeListParts): MasternodeList {
  const file = join(parts.folder, 'masternodes.json')
  let written: string | undefined
  let draw: PeriodDraw | undefined
  return async () => {
    try {
      draw = await readPeriodDraw(parts.ledger, draw)
      const targets = chooseMasternodes(await readServingMasternodes(parts.ledger), parts, draw)
      const text = JSON.stringify(targets)
      if (text !== written) await replaceFile({ file, text: `${text}\n` })
      written = text
      return targets
    } catch (error) {
      const found = await readStateFile(file, remembered)
      if (found === undefined) throw error
      return found
    }
  }
}

/** Returns where they are dialled. */
export function chooseMasternodes(
  active: readonly MasternodeRecord[],
  { device, region }: Pick<MasternodeListParts, 'device' | 'region'>,
  { randomness, witnesses: count }: PeriodDraw,
): UplinkTargets {
  const masternodes = active.map(({ id }) => id).toSorted((a, b) => a - b)
  const drawn = drawWitnesses(device, { randomness, masternodes, witnesses: count, keccak256 })
  const others = active
    .filter(({ id }) => !drawn.includes(id))
    .toSorted(
      (a, b) =>
        Number(b.region === region) - Number(a.region === region) ||
        lotOf(device, a).localeCompare(lotOf(device, b)),
    )
  const witnesses = drawn.flatMap((id) => active.filter((each) => each.id === id))
  return { kept: witnesses.flatMap(toEndpoint), spare: others.flatMap(toEndpoint) }
}

/** Another order for each device: they do not all dial the same one. */
function lotOf(device: DeviceId, { id }: MasternodeRecord): string {
  return createHash('sha256').update(`${device} ${id}`).digest('hex')
}

/** One that leads nowhere is left out. */
function toEndpoint({ endpoint, tlsKeyHash }: MasternodeRecord): readonly LinkEndpoint[] {
  const found = parseEndpoint(endpoint)
  return found === undefined ? [] : [{ ...found, keyHash: parseTlsKeyHash(tlsKeyHash) }]
}
