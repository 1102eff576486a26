import { createHash } from 'node:crypto'
import { join } from 'node:path'

import {
  parseEndpoint,
  readActiveMasternodes,
  type MasternodeReader,
  type MasternodeRecord,
} from '@nexqloud/ledger'
import { parseTlsKeyHash, type LinkEndpoint } from '@nexqloud/tunnel'
import { z } from 'zod'

import { readIfPresent, replaceFile } from '../whole-file.ts'

/** Whose masternodes, and who asks. */
export type MasternodeListParts = {
  readonly ledger: MasternodeReader
  readonly folder: string
  readonly region: string
  readonly tlsKeyHash: string
}

/** Returns whom a device may dial, best first. */
export type MasternodeList = () => Promise<readonly LinkEndpoint[]>

const remembered = z.array(
  z.object({
    host: z.string(),
    port: z.int(),
    keyHash: z.string().transform(parseTlsKeyHash),
  }),
)

/**
 * Returns the active masternodes of the chain, those of the device's own region first; those that were found last where the
 * chain does not answer, also after a restart.
 */
export function createMasternodeList(parts: MasternodeListParts): MasternodeList {
  const file = join(parts.folder, 'masternodes.json')
  let written: string | undefined
  return async () => {
    try {
      const endpoints = rankMasternodes(await readActiveMasternodes(parts.ledger), parts)
      const text = JSON.stringify(endpoints)
      if (text !== written) await replaceFile({ file, text: `${text}\n` })
      written = text
      return endpoints
    } catch (error) {
      const text = await readIfPresent(file)
      if (text === undefined) throw error
      return remembered.parse(JSON.parse(text))
    }
  }
}

/** Returns where they are dialled: own region first, then in an order that is another one for each device. */
export function rankMasternodes(
  masternodes: readonly MasternodeRecord[],
  { region, tlsKeyHash }: Pick<MasternodeListParts, 'region' | 'tlsKeyHash'>,
): readonly LinkEndpoint[] {
  const lot = ({ id }: MasternodeRecord): string =>
    createHash('sha256').update(`${tlsKeyHash} ${id}`).digest('hex')
  return masternodes
    .toSorted(
      (a, b) =>
        Number(b.region === region) - Number(a.region === region) || lot(a).localeCompare(lot(b)),
    )
    .flatMap(({ endpoint, tlsKeyHash: keyHash }) => {
      const found = parseEndpoint(endpoint)
      return found === undefined ? [] : [{ ...found, keyHash: parseTlsKeyHash(keyHash) }]
    })
}
