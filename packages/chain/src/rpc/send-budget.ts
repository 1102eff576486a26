import type { RpcLimits } from './limits.ts'

/** A connection, as far as somebody has to take what is sent over it. */
export type Outbound = {
  readonly client: string
  /** Bytes that its client has not taken yet. */
  readonly bufferedBytes: number
}

/** How much waits for clients that take it slowly. */
export type SendBudget = {
  /** Counts a connection from now on; returns how to end that. */
  readonly count: (outbound: Outbound) => () => void
  /** Returns whether so many bytes may wait in it too, beside what waits for its client, and for all others. */
  readonly hasRoom: (outbound: Outbound, bytes: number) => boolean
}

/** Less than this waits for every client now and then: nobody counts it. */
const PROMPT_BYTES = 64 << 10

/** Returns a budget in which nothing waits. */
export function createSendBudget({
  bufferedBytes,
  bufferedBytesInAll,
}: Pick<RpcLimits, 'bufferedBytes' | 'bufferedBytesInAll'>): SendBudget {
  const open = new Set<Outbound>()
  return {
    count: (outbound) => {
      open.add(outbound)
      return () => open.delete(outbound)
    },
    hasRoom: (outbound, bytes) => {
      let [own, all] = [outbound.bufferedBytes, outbound.bufferedBytes]
      if (own + bytes < PROMPT_BYTES) return true
      for (const other of open) {
        if (other === outbound) continue
        if (other.client === outbound.client) own += other.bufferedBytes
        all += other.bufferedBytes
      }
      return own <= bufferedBytes && all + bytes <= bufferedBytesInAll
    },
  }
}
