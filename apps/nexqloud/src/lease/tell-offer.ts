import type { InstanceSession } from '../instance/instance-session.ts'
import type { ReadOptions } from '../option.ts'
import { ChainSilentError } from './errors.ts'
import { offerDocument, offerLines } from './offer-text.ts'
import { readOffer, type Order } from './offer.ts'

/** What was told of the price, for programs. */
export type ToldOffer = ReturnType<typeof offerDocument>

/**
 * Says what an order costs before it is given; one that nobody can price now is given all the same.
 *
 * @throws {@link AccountTooLowError}, {@link RateAboveLimitError}, {@link NotSoldError}
 */
export async function tellOffer(
  session: InstanceSession,
  order: Order,
  options: ReadOptions,
): Promise<ToldOffer | undefined> {
  const { printer } = session.shell
  try {
    const offer = await readOffer(session, order, options)
    if (offer === undefined) return undefined
    if (options.json !== true) offerLines(offer, order.count).forEach(printer.note)
    return offerDocument(offer)
  } catch (failure) {
    if (!(failure instanceof ChainSilentError)) throw failure
    printer.note(failure.message)
    return undefined
  }
}
