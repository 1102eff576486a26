import { rivalPricesAsOf } from '@nexqloud/rules'

import { showDollars, showSpan } from '../unit.ts'
import type { Offer } from './offer.ts'

/** A month, as prices are compared. */
const HOURS_OF_A_MONTH = 730n

/** Says what an order costs, in lines. */
export function offerLines(
  { kind, microUsdPerHour, runwaySeconds, elsewhere }: Offer,
  count: number,
): readonly string[] {
  const month = showDollars(microUsdPerHour * HOURS_OF_A_MONTH)
  const as = count === 1 ? `as a ${kind}` : `as ${count} ${kind}`
  const others = [
    elsewhere.ec2 === undefined ? '' : `EC2 ${priceOf(elsewhere.ec2, count)}`,
    elsewhere.fargate === undefined ? '' : `Fargate ${priceOf(elsewhere.fargate, count)}`,
  ].filter((each) => each !== '')
  return [
    `It costs ${showDollars(microUsdPerHour)} an hour while it runs, ${month} a month, ${as}; the account then lasts ${showSpan(runwaySeconds)}.`,
    ...(others.length === 0
      ? []
      : [`Elsewhere: ${others.join(', ')} an hour (list prices of ${rivalPricesAsOf}).`]),
  ]
}

/** Returns what a program is told. */
export function offerDocument({ runwaySeconds, microUsdPerHour, ...offer }: Offer) {
  return {
    ...offer,
    microUsdPerHour: Number(microUsdPerHour),
    runwaySeconds: runwaySeconds.toString(),
  }
}

const priceOf = (microUsd: number, count: number): string => showDollars(BigInt(microUsd * count))
