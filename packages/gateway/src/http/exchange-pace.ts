import type { GatewayLimits } from '../limits.ts'

/** What the sweep sees of an exchange. */
export type ExchangeSight = {
  readonly nowMs: number
  /** Whether it is the client's turn to send on. */
  readonly isBodyComing: boolean
  /** Bytes that the client has not taken yet. */
  readonly waitingBytes: number
}

/** Whether an exchange goes on fast enough; times are of the steady clock. */
export class ExchangePace {
  readonly #limits: Pick<GatewayLimits, 'bodyMs' | 'bodyBytesPerSecond' | 'stuckMs'>
  /** How long the body may still do nothing: each byte gives it a little more. */
  #bodyMs: number
  #sweptMs: number
  #movedMs: number
  #waitingBytes = 0

  constructor(
    limits: Pick<GatewayLimits, 'bodyMs' | 'bodyBytesPerSecond' | 'stuckMs'>,
    nowMs: number,
  ) {
    this.#limits = limits
    this.#bodyMs = limits.bodyMs
    this.#sweptMs = nowMs
    this.#movedMs = nowMs
  }

  /** So many bytes of the request's body came. */
  takeBody(bytes: number, nowMs: number): void {
    const { bodyMs, bodyBytesPerSecond } = this.#limits
    this.#movedMs = nowMs
    this.#bodyMs = Math.min(bodyMs, this.#bodyMs + (1000 * bytes) / bodyBytesPerSecond)
  }

  /** Something of the answer came, or was taken. */
  move(nowMs: number): void {
    this.#movedMs = nowMs
  }

  /** Returns what is wrong with it. */
  sweep({ nowMs, isBodyComing, waitingBytes }: ExchangeSight): 'bodyTooSlow' | 'stuck' | undefined {
    if (isBodyComing) this.#bodyMs -= nowMs - this.#sweptMs
    if (waitingBytes !== this.#waitingBytes) this.#movedMs = nowMs
    this.#sweptMs = nowMs
    this.#waitingBytes = waitingBytes
    if (this.#bodyMs < 0) return 'bodyTooSlow'
    return nowMs - this.#movedMs > this.#limits.stuckMs ? 'stuck' : undefined
  }
}
