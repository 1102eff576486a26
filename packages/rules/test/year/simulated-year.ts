import { parsePeriod, type Address } from '@nexqloud/kernel'

import { accountIn, type LeaseAction, type LeaseOutcome } from '../../src/index.ts'
import { Agenda } from './agenda.ts'
import { createChance, type Chance } from './chance.ts'
import { ConservedBook } from './conserved-book.ts'
import { Fleet } from './fleet.ts'
import {
  addressOf,
  anybody,
  createMainBook,
  firstPrice,
  genesisTime,
  periodSeconds,
  priceSigners,
  startMasternodes,
  type Masternode,
} from './network.ts'
import { settleDay, type SettledDay } from './settle-day.ts'
import { Tenancy } from './tenancy.ts'

/** How large a network is, and for how long it runs. */
export type Size = {
  readonly seed: number
  readonly days: number
  readonly devices: number
  readonly instances: number
  readonly tenants: number
}

/** What a time came to. */
export type Outcome = {
  readonly money: ConservedBook
  readonly days: readonly SettledDay[]
  readonly tenancy: Tenancy
  readonly fleet: Fleet
}

/** Micro-USD an hour of kinds 1 to 3. */
const rates = [2000n, 20_000n, 80_000n]
/** After a day's end its root is there. */
const SETTLED_AFTER = 1200
/** Seconds between two deposits of a tenant, and for how many days one lasts at most. */
const [TOP_UPS, MOST_DAYS] = [3 * 86_400, 9]
/** What ten instances of all kinds cost a day, in micro-USD. */
const DAILY = 10n * 34_000n * 24n

/**
 * Lets a network live: devices leave and come back, masternodes crash and lie, prices move, and tenants come, go, and run out of money.
 *
 * @throws where a wei appears or is lost, or a second is billed in which nothing ran.
 */
export function simulate(
  size: Size,
  onStep?: (action: LeaseAction, outcome: LeaseOutcome) => void,
): Outcome {
  const chance = createChance(size.seed)
  const agenda = new Agenda(genesisTime)
  const money = new ConservedBook(createMainBook(), onStep)
  const masternodes = startMasternodes(4, { agenda, chance })
  const tenancy = new Tenancy(
    { tenants: size.tenants, slots: size.instances },
    { agenda, chance, money, masternodes, fleet: () => fleet },
  )
  const fleet = new Fleet(size.devices, {
    agenda,
    chance,
    onLoss: (device) => tenancy.lose(device),
  })
  const market = { price: Number(firstPrice) }
  const scene = { agenda, chance, money, masternodes, tenancy, fleet, market }
  found(scene)
  tenancy.begin()
  const days = Array.from({ length: size.days + 2 }, (_, day) => {
    if (day === size.days) tenancy.end()
    return liveDay(scene, day)
  })
  return { money, days, tenancy, fleet }
}

type Scene = {
  readonly agenda: Agenda
  readonly chance: Chance
  readonly money: ConservedBook
  readonly masternodes: readonly Masternode[]
  readonly tenancy: Tenancy
  readonly fleet: Fleet
  /** Wei that buy a micro-USD elsewhere. */
  readonly market: { price: number }
}

function found({ money, masternodes, tenancy, fleet, agenda, chance }: Scene): void {
  const occasion = { by: anybody, at: agenda.now }
  for (const [place, rate] of rates.entries()) {
    money.do({ ...occasion, action: 'listKind', kind: place + 1, rate })
  }
  for (const { id: masternode, signer } of masternodes) {
    const facts = { masternode, signer, payee: signer, isActive: true }
    money.do({ ...occasion, action: 'setMasternode', ...facts })
  }
  for (const { id: device, owner } of fleet.devices) {
    money.do({ ...occasion, action: 'setDevice', device, owner, isActive: true })
  }
  for (const by of tenancy.accounts) {
    const own = { by, at: agenda.now }
    money.do({ ...own, action: 'setLimits', maxTotal: 2n ** 95n, maxRate: 2n ** 39n })
    for (const { id: masternode } of masternodes)
      money.do({ ...own, action: 'approve', masternode })
    topUp({ money, tenancy, agenda, chance }, by)
  }
}

/** Deposits something, and again after some days; not always in time. */
function topUp(
  scene: Pick<Scene, 'money' | 'tenancy' | 'agenda' | 'chance'>,
  account: Address,
): void {
  const { money, tenancy, agenda, chance } = scene
  const amount = DAILY * firstPrice * BigInt(1 + chance.below(MOST_DAYS))
  money.do({ action: 'deposit', by: account, at: agenda.now, account, amount })
  tenancy.resume(account)
  agenda.in(chance.until(TOP_UPS), () => topUp(scene, account))
}

function liveDay(scene: Scene, day: number): SettledDay {
  const { agenda, chance, money, masternodes, tenancy, fleet } = scene
  const period = parsePeriod(day)
  const start = genesisTime + day * periodSeconds
  const end = start + periodSeconds
  sellSome(scene)
  const owners = fleet.devices.map(({ owner }) => owner)
  for (let hour = 1; hour <= 24; hour += 1) {
    // What is over is settled within the next day's first hour.
    agenda.runUntil(start + hour * 3600)
    for (const account of tenancy.accounts) tenancy.sweep(account)
    if (hour === 23) quote(scene)
  }
  agenda.runUntil(end + SETTLED_AFTER)
  const isAllThere = masternodes.every(({ outages }) => outages.presentSeconds(end, end + 600) > 0)
  const liar = isAllThere && chance.share() < 0.2 ? masternodes[3] : undefined
  const told = {
    period,
    at: agenda.now,
    tenancy,
    devices: fleet.devices,
    owners,
    masternodes,
    liar,
  }
  const settled = settleDay(told, money, chance)
  for (const { outages } of [...masternodes, ...fleet.devices]) outages.forgetBefore(end)
  return settled
}

/** Some devices have another owner from now on. */
function sellSome({ fleet, chance, money, agenda }: Scene): void {
  for (const device of fleet.devices) {
    if (chance.share() > 0.002) continue
    device.owner = addressOf(0xdd, 1 + chance.below(fleet.devices.length))
    const facts = { device: device.id, owner: device.owner, isActive: true }
    money.do({ action: 'setDevice', by: anybody, at: agenda.now, ...facts })
  }
}

/** Seven signers agree on a price, but for the two that would like it to be another one. */
function quote({ chance, money, agenda, market }: Scene): void {
  const move = chance.share() < 0.02 ? 1.4 : 1.1
  const moved = market.price * move ** (chance.share() < 0.5 ? 1 : -1)
  market.price = Math.min(Math.max(moved, 1e11), 1e13)
  for (const [place, by] of priceSigners.entries()) {
    const weiPerMicroUsd = BigInt(Math.round(place < 2 ? market.price * 3 : market.price))
    money.do({ action: 'quote', by, at: agenda.now, weiPerMicroUsd })
  }
}

/** Returns what accounts still have put aside when all is over. */
export function committedIn({ money, tenancy }: Outcome): readonly bigint[] {
  return tenancy.accounts.flatMap((account) => {
    const { holds, buffers, rateSum, weighted } = accountIn(money.book, account)
    return [holds, buffers, rateSum, weighted]
  })
}
