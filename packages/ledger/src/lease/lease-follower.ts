import type { Address } from '@nexqloud/kernel'
import { toEventSelector } from 'viem'

import * as contracts from '../generated/index.ts'
import type { Ledger } from '../ledger.ts'
import { explained } from '../registry/device.ts'
import { readLogPages, type LogPage } from '../registry/log-pages.ts'
import { KnownFunds } from './known-funds.ts'
import { LeaseBook } from './lease-book.ts'
import { parseLeaseEvents } from './lease-events.ts'

/** What is followed, and by whom. */
export type LeaseFollowerParts = {
  readonly ledger: Pick<Ledger<undefined>, 'client' | 'masternodes'>
  /** The masternode's hot key. */
  readonly signer: Address
}

/** A block up to which all is known, and who this masternode is by it; 0 while it is not active. */
export type LeaseHead = {
  readonly number: bigint
  readonly id: number
  /** Chain second. */
  readonly timestamp: number
}

const FOLLOWED = [contracts.leases.address, contracts.prices.address]
const [kindListed] = contracts.prices.abi.flatMap((item) =>
  item.type === 'event' && item.name === 'KindListed' ? [toEventSelector(item)] : [],
)

/** What leases and prices have written down, read block by block. */
export class LeaseFollower {
  readonly #parts: LeaseFollowerParts
  readonly book = new LeaseBook()
  readonly funds = new KnownFunds()
  #head: LeaseHead | undefined
  #nextBlock = 0n
  #termsVersion = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(parts: LeaseFollowerParts) {
    this.#parts = parts
  }

  /** Returns the block up to which all is known. */
  get head(): LeaseHead | undefined {
    return this.#head
  }

  /** Returns another number once kinds or terms may be others than before. */
  get termsVersion(): number {
    return this.#termsVersion
  }

  /** Reads what was written up to the newest block, and returns that. Whoever asks meanwhile is served after it: nothing is read twice. */
  catchUp(): Promise<LeaseHead> {
    const caughtUp = this.#last.then(() => this.#followToNewest())
    this.#last = caughtUp.catch(() => {})
    return caughtUp
  }

  /** A chain without work has no new block for a minute: what was said of its newest one is still so. */
  async #followToNewest(): Promise<LeaseHead> {
    const { client, masternodes } = this.#parts.ledger
    const number = await explained(client.getBlockNumber({ cacheTime: 0 }))
    if (this.#head?.number === number) return this.#head
    const reading = [
      explained(masternodes.read.activeIdOf([this.#parts.signer], { blockNumber: number })),
      explained(client.getBlock({ blockNumber: number })),
      this.#followTo(number),
    ] as const
    // Where one fails the others go on: whoever looks next would take the same logs once more.
    await Promise.allSettled(reading)
    const [id, { timestamp }] = await Promise.all(reading)
    this.#head = { number, id, timestamp: Number(timestamp) }
    return this.#head
  }

  async #followTo(head: bigint): Promise<void> {
    const { ledger } = this.#parts
    const blocks = { fromBlock: this.#nextBlock, toBlock: head }
    for await (const page of readLogPages(ledger, { address: FOLLOWED, ...blocks }))
      this.#take(page)
  }

  #take({ logs, toBlock }: LogPage): void {
    for (const event of parseLeaseEvents(logs)) {
      this.book.take(event)
      this.funds.take(event, this.book)
      if (event.name === 'TermsChanged') this.#termsVersion += 1
    }
    if (logs.some(({ topics }) => topics[0] === kindListed)) this.#termsVersion += 1
    this.#nextBlock = toBlock + 1n
  }
}
