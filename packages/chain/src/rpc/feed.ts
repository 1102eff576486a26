import type { Block } from '@ethereumjs/block'

import type { ChainView } from '../chain-view.ts'
import type { PooledTransaction } from '../pool/transaction-pool.ts'
import { indexLogs, planLogs, runPlan } from './block-logs.ts'
import { FeedBehindError, RpcError, rpcCode } from './errors.ts'
import { headerToJson } from './format/block-json.ts'
import { blockNameOf, logToJson, placedLogs, type PlacedLog } from './format/log-json.ts'
import { transactionToJson } from './format/transaction-json.ts'
import type { LogCriteria } from './log-search.ts'

/** What a client wants to be told. */
export type Topic =
  | { readonly kind: 'newHeads' }
  | { readonly kind: 'logs'; readonly criteria: LogCriteria }
  | { readonly kind: 'newPendingTransactions'; readonly isFull: boolean }

/** Who is told. */
export type Follower = {
  readonly client: string
  /** Takes the JSON of one thing. */
  readonly tell: (json: string) => void
  /** Called where something cannot be told: the client would miss it. */
  readonly fail: (failure: unknown) => void
}

/** How much may be followed. */
export type FeedLimits = {
  /** Subscriptions of all clients; one with many addresses and topics counts as several. */
  readonly subscriptionsInAll: number
  readonly subscriptionsPerClient: number
  /** Logs of one block that are held against what somebody wants, all together. */
  readonly logTestsPerBlock: number
}

/** What comes, for everybody who wants to be told. */
export type Feed = {
  /**
   * Begins to tell, after whatever the client is told at this moment. Returns how to end that.
   *
   * @throws {@link RpcError} where there are too many.
   */
  readonly follow: (topic: Topic, follower: Follower) => () => void
  /** Ends all. */
  readonly close: () => void
}

/** What a feed stands on. */
export type FeedParts = {
  readonly view: Pick<ChainView, 'onHead'> & {
    readonly reader: Pick<ChainView['reader'], 'receipts'>
    readonly pool: Pick<ChainView['pool'], 'onAdded'>
  }
  readonly limits: FeedLimits
}

/** Returns a feed that nobody follows; whatever it tells, it makes once, and tells it in the order of the chain. */
export function createFeed(parts: FeedParts): Feed {
  const feed = new ChainFeed(parts)
  const ends = [
    parts.view.onHead((block) => feed.add((from) => feed.tellHead(block, from))),
    parts.view.pool.onAdded((pooled) => feed.add((from) => feed.tellTransaction(pooled, from))),
  ]
  return {
    follow: (topic, follower) => feed.follow(topic, follower),
    close: () => {
      for (const end of ends) end()
    },
  }
}

/** Addresses and topics of which a subscription may have so many before it counts as one more. */
const VALUES_PER_WEIGHT = 64

/** So many logs are held against what is wanted before others have their turn on this thread. */
const TESTS_PER_TURN = 20_000

/** All who want the same. */
type Group = { readonly topic: Topic; readonly followers: Set<Following> }

/** `from`: the number of the first news that it is told. */
type Following = Follower & { readonly from: number; readonly weight: number }

type News = (number: number) => Promise<void> | void

class ChainFeed {
  readonly #parts: FeedParts
  readonly #groups = new Map<string, Group>()
  readonly #news: News[] = []
  #newsCount = 0
  #isTelling = false
  #weight = 0

  constructor(parts: FeedParts) {
    this.#parts = parts
  }

  follow(topic: Topic, follower: Follower): () => void {
    const weight = weightOf(topic)
    this.#assertRoom(follower.client, weight)
    const name = nameOf(topic)
    const group = this.#groups.get(name) ?? { topic, followers: new Set() }
    const following = { ...follower, weight, from: this.#newsCount }
    this.#groups.set(name, group)
    group.followers.add(following)
    this.#weight += weight
    return () => {
      if (!group.followers.delete(following)) return
      this.#weight -= weight
      if (group.followers.size === 0) this.#groups.delete(name)
    }
  }

  /** A client has to have the id of its subscription before it is told anything under it. */
  add(news: News): void {
    this.#news.push(news)
    this.#newsCount += 1
    if (this.#isTelling) return
    this.#isTelling = true
    setImmediate(() => void this.#tellAll())
  }

  async tellHead(block: Block, number: number): Promise<void> {
    const header = once(() => JSON.stringify(headerToJson(block)))
    for (const group of this.#of('newHeads')) tell(group, { number, json: header() })
    await this.#tellLogs(block, number)
  }

  tellTransaction({ hash, transaction }: PooledTransaction, number: number): void {
    const whole = once(() => JSON.stringify(transactionToJson(transaction)))
    for (const group of this.#of('newPendingTransactions')) {
      const isFull = group.topic.kind === 'newPendingTransactions' && group.topic.isFull
      tell(group, { number, json: isFull ? whole() : JSON.stringify(hash) })
    }
  }

  async #tellAll(): Promise<void> {
    let number = this.#newsCount - this.#news.length
    for (let news = this.#news.shift(); news !== undefined; news = this.#news.shift()) {
      try {
        await news(number)
      } catch (failure) {
        for (const group of this.#groups.values()) fail(group, failure)
      }
      number += 1
    }
    this.#isTelling = false
  }

  /** What is found among few logs is told first; what would take too long after that is not, and its client told so. */
  async #tellLogs(block: Block, number: number): Promise<void> {
    const groups = this.#of('logs')
    if (groups.length === 0) return
    const receipts = (await this.#parts.view.reader.receipts(block.header.number)) ?? []
    const logs = indexLogs([...placedLogs(blockNameOf(block), receipts)])
    const plans = groups
      .map((group) => ({ group, plan: planLogs(logs, criteriaOf(group.topic)) }))
      .toSorted((one, other) => one.plan.count - other.plan.count)
    const jsonOf = cached((placed: PlacedLog) => JSON.stringify(logToJson(placed)))
    let [tests, turnStart] = [0, 0]
    for (const { group, plan } of plans) {
      tests += plan.count
      if (tests > this.#parts.limits.logTestsPerBlock) {
        fail(group, new FeedBehindError(block.header.number))
        continue
      }
      for (const placed of runPlan(plan)) tell(group, { number, json: jsonOf(placed) })
      if (tests - turnStart < TESTS_PER_TURN) continue
      turnStart = tests
      await new Promise(setImmediate)
    }
  }

  #of(kind: Topic['kind']): readonly Group[] {
    return [...this.#groups.values()].filter(({ topic }) => topic.kind === kind)
  }

  #assertRoom(client: string, weight: number): void {
    const { subscriptionsInAll, subscriptionsPerClient } = this.#parts.limits
    let own = weight
    for (const { followers } of this.#groups.values()) {
      for (const one of followers) if (one.client === client) own += one.weight
    }
    if (own <= subscriptionsPerClient && this.#weight + weight <= subscriptionsInAll) return
    throw new RpcError(
      rpcCode.limitExceeded,
      `too many subscriptions: you would have ${own} of ${subscriptionsPerClient}, all clients ${this.#weight + weight} of ${subscriptionsInAll}, each ${VALUES_PER_WEIGHT} addresses and topics of one counting as one more; unsubscribe from some`,
    )
  }
}

function tell(
  { followers }: Group,
  { number, json }: { readonly number: number; readonly json: string },
): void {
  for (const follower of followers) if (follower.from <= number) follower.tell(json)
}

function fail({ followers }: Group, failure: unknown): void {
  for (const follower of followers) follower.fail(failure)
}

function weightOf(topic: Topic): number {
  if (topic.kind !== 'logs') return 1
  const { addresses, topics } = topic.criteria
  return 1 + Math.floor((addresses.length + topics.flat().length) / VALUES_PER_WEIGHT)
}

/** Returns one name for all topics that mean the same. */
function nameOf(topic: Topic): string {
  if (topic.kind !== 'logs') return JSON.stringify(topic)
  const { addresses, topics } = topic.criteria
  return JSON.stringify([addresses, ...topics].map((values) => [...new Set(values)].toSorted()))
}

function criteriaOf(topic: Topic): LogCriteria {
  return topic.kind === 'logs' ? topic.criteria : { addresses: [], topics: [] }
}

function once(make: () => string): () => string {
  let made: string | undefined
  return () => (made ??= make())
}

function cached<Key extends object>(make: (key: Key) => string): (key: Key) => string {
  const made = new Map<Key, string>()
  return (key) => {
    const known = made.get(key) ?? make(key)
    made.set(key, known)
    return known
  }
}
