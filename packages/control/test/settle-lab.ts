/** Masternodes that settle on one chain in memory; each may sleep, lie, be cut off and die. */

import { createManualClock, type MasternodeId } from '@nexqloud/kernel'
import { onTestFinished } from 'vitest'

import type { SettlementNews, SettlementPeers } from '../src/settle/ports.ts'
import { createSettler, type Settler, type SettlerParts } from '../src/settle/settler.ts'
import { calendar, MemoryChain } from './memory-chain.ts'
import {
  createMemoryFiles,
  createMemoryKey,
  createMemoryLedger,
  leases,
} from './memory-settlement.ts'

/** For so long is an answer waited for. */
const HANGING_MS = 5000

/** A masternode, and what may be wrong with it. */
export class LabNode {
  /** Nobody reaches it, and it reaches nobody. */
  isCut = false
  /** Who asks it something waits for an answer that never comes. */
  isHanging = false
  /** It says that it saw nothing, and signs another root. */
  isLying = false
  readonly news: SettlementNews[] = []
  readonly failures: unknown[] = []
  readonly disk = new Map<string, Uint8Array>()
  readonly #parts: SettlerParts
  #over = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #settler: Settler | undefined

  constructor(
    { clock, chain }: { readonly clock: SettlerParts['clock']; readonly chain: MemoryChain },
    { seat, peers }: { readonly seat: number; readonly peers: (own: LabNode) => SettlementPeers },
  ) {
    const own = { seat, condition: () => this }
    this.#parts = {
      clock,
      ledger: createMemoryLedger(chain, own),
      peers: peers(this),
      files: createMemoryFiles(this.disk, own),
      key: createMemoryKey(seat),
      tell: (news) => this.news.push(news),
      onFailure: (failure) => this.failures.push(failure),
    }
  }

  /** Nothing while it is dead. */
  get settler(): Settler | undefined {
    return this.#settler
  }

  start(): void {
    this.#over = new AbortController()
    this.#settler = createSettler(this.#parts)
    this.#running = this.#settler.run(this.#over.signal)
  }

  /** It forgets everything but what is on its disk. */
  async kill(): Promise<void> {
    this.#over.abort()
    this.#settler = undefined
    await this.#running
  }
}

/** Opens so many masternodes, which end with the test. */
export async function openSettleLab(count: number) {
  const clock = createManualClock(calendar.genesisTime * 1000)
  const chain = new MemoryChain(clock, { count, leases })
  const nodes: LabNode[] = []
  const peers = (own: LabNode): SettlementPeers => {
    const reach = async (from: MasternodeId): Promise<LabNode> => {
      const far = nodes[from - 1]
      if (far?.isHanging === true) await clock.delay(HANGING_MS, new AbortController().signal)
      if (far?.settler === undefined || far.isCut || far.isHanging || own.isCut) {
        throw new Error('It does not answer.')
      }
      return far
    }
    return {
      fetchFile: async (from, wanted) => (await reach(from)).disk.get(wanted),
      fetchRoot: async (from, period) => (await reach(from)).settler?.rootOf(period),
      fetchLeaves: async (from, period) => (await reach(from)).settler?.leavesOf(period),
    }
  }
  for (let seat = 0; seat < count; seat += 1) {
    nodes.push(new LabNode({ clock, chain }, { seat, peers }))
  }
  for (const node of nodes) node.start()
  onTestFinished(async () => void (await Promise.all(nodes.map((node) => node.kill()))))
  return { clock, chain, nodes, passPeriod: () => clock.pass(calendar.periodSeconds * 1000) }
}
