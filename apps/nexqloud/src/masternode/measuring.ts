import { takeMeasurement } from '@nexqloud/device'
import type { Clock } from '@nexqloud/kernel'
import { nexqloudLocal } from '@nexqloud/ledger'
import type { Masternode } from '@nexqloud/masternode'
import { repeatTermsOf } from '@nexqloud/rules'
import { parseTlsKeyHash } from '@nexqloud/tunnel'
import type { Logger } from 'pino'
import type { Hex } from 'viem'

import { readChain } from '../session/read-chain.ts'
import type { Session } from '../session/session.ts'
import { createMeasureObserver } from './measure-observer.ts'
import type { MeasurerParts } from './measurer.ts'
import { createNonce } from './nonce.ts'

/** What a masternode measures with that devices dial. */
type Measuring = Pick<MeasurerParts, 'measure' | 'see' | 'createObserver'>

/** What of a masternode it takes. */
type MeasuringMasternode = Pick<Masternode, 'note'> & {
  readonly devices: Pick<Masternode['devices'], 'measurable'>
}

/** What the network says of measuring. */
type MeasureTerms = Pick<MeasurerParts, 'terms' | 'measureSeconds'>

/** Reads when devices of the network are measured again, and how long a drawn masternode has. */
export async function readMeasureTerms({ ledger }: Pick<Session, 'ledger'>): Promise<MeasureTerms> {
  const measureSeconds = Number(await readChain(ledger.devices.read.measureSeconds()))
  return { terms: repeatTermsOf(measureSeconds), measureSeconds }
}

/** Returns how devices are measured over the links that they have dialled. */
export function describeMeasuring(
  {
    clock,
    log,
    chainId,
  }: { readonly clock: Clock; readonly log: Pick<Logger, 'warn'>; readonly chainId: number },
  { devices, note }: MeasuringMasternode,
): Measuring {
  const takesImitated = chainId === nexqloudLocal.id
  const find = (tlsKeyHash: Hex) => devices.measurable(parseTlsKeyHash(tlsKeyHash))
  return {
    see: find,
    measure: async ({ tlsKeyHash, ...order }, stop) => {
      const found = find(tlsKeyHash)
      if (found === undefined || found.isPaused) return found && 'paused'
      const { probe } = found
      const how = { ...order, probe, takesImitated, createNonce, random: Math.random, clock }
      try {
        return await takeMeasurement(how, stop)
      } catch (error) {
        log.warn({ device: order.device, err: error }, 'notMeasured')
        return undefined
      }
    },
    createObserver: (keyOf) =>
      createMeasureObserver({
        note,
        keyOf,
        clock,
        tell: (tlsKeyHash, cause) => find(tlsKeyHash)?.tell(cause),
        claimOf: (tlsKeyHash) => find(tlsKeyHash)?.claimed,
      }),
  }
}
