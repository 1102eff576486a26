import { inParts } from '@nexqloud/kernel'
import {
  createCalendar,
  creditedMonth,
  MONTH_SECONDS,
  type Calendar,
  type InstanceMonth,
} from '@nexqloud/rules'

import { leases } from '../generated/index.ts'
import type { Ledger } from '../ledger.ts'
import { explained } from '../registry/device.ts'
import { findLastBlock, type BlockReader } from '../registry/last-block.ts'
import { readPages, type LogReader } from '../registry/log-pages.ts'
import { monthEvents, MonthHistory, type MonthSums } from './month-history.ts'
import type { PeriodBlocks } from './period-blocks.ts'

/** What is asked of a ledger here. */
export type CreditedMonthsReader = BlockReader &
  LogReader & { readonly treasury: Pick<Ledger<undefined>['treasury'], 'read'> }

/** Instances that are asked for at once. */
const AT_ONCE = 100

/** Reads the month that a period credits, and goes on where it was; outside of the periods that credit one it reads nothing. */
export class CreditedMonths {
  readonly #reader: CreditedMonthsReader
  #known: { readonly month: number; readonly history: MonthHistory; nextBlock: bigint } | undefined

  constructor(reader: CreditedMonthsReader) {
    this.#reader = reader
  }

  /** Returns the instances that were down in it, rising, as they stood when the period began. */
  async read(blocks: PeriodBlocks): Promise<readonly InstanceMonth[]> {
    const calendar = calendarOf(blocks)
    const month = creditedMonth(calendar, blocks.period)
    if (month === undefined) {
      this.#known = undefined
      return []
    }
    const history = await this.#follow(calendar, month, blocks.start.number)
    const down = history.list().filter(({ downSeconds }) => downSeconds > 0)
    const found: InstanceMonth[] = []
    for (const part of inParts(down, AT_ONCE)) {
      const asked = part.map((sums) => this.#addIncome(sums, month, blocks.start.number))
      found.push(...(await Promise.all(asked)))
    }
    return found
  }

  async #follow(calendar: Calendar, month: number, toBlock: bigint): Promise<MonthHistory> {
    const known = await this.#begin(calendar, month, toBlock)
    const range = { fromBlock: known.nextBlock, toBlock }
    for await (const page of readPages(
      (blocks) =>
        this.#reader.client.getLogs({ address: leases.address, events: monthEvents, ...blocks }),
      range,
    )) {
      known.history.take(page.logs)
      known.nextBlock = page.toBlock + 1n
    }
    return known.history
  }

  /** Where the chain stood, two periods begin after one block. */
  async #begin(calendar: Calendar, month: number, toBlock: bigint) {
    if (this.#known?.month === month && toBlock >= this.#known.nextBlock - 1n) return this.#known
    const start = BigInt(calendar.genesisTime + month * MONTH_SECONDS)
    const { number } = await findLastBlock(this.#reader, start)
    this.#known = {
      month,
      history: new MonthHistory(calendar, month),
      nextBlock: number + 1n,
    }
    return this.#known
  }

  async #addIncome(sums: MonthSums, month: number, blockNumber: bigint): Promise<InstanceMonth> {
    const { incomeOf } = this.#reader.treasury.read
    const asked = incomeOf([sums.instance, BigInt(month)], { blockNumber })
    const [received, credited] = await explained(asked)
    return { ...sums, month, received, credited }
  }
}

function calendarOf({ period, startTime, endTime }: PeriodBlocks): Calendar {
  const periodSeconds = endTime - startTime
  const genesisTime = startTime - period * periodSeconds
  return createCalendar({ genesisTime, periodSeconds })
}
