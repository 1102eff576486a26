import { createAllowance, type Allowance } from '@nexqloud/kernel'

import type { SshLimits } from '../limits.ts'

/** How fast new connections may come: each costs the process an exchange of keys before anybody is known. */
export class HandshakePace {
  readonly #perAddress: SshLimits['handshakesPerAddress']
  readonly #nowMs: () => number
  readonly #all: Allowance
  /** Whoever came last is last. */
  readonly #byAddress = new Map<
    string,
    { readonly allowance: Allowance; readonly askedMs: number }
  >()

  constructor(limits: Pick<SshLimits, 'handshakes' | 'handshakesPerAddress'>, nowMs: () => number) {
    this.#perAddress = limits.handshakesPerAddress
    this.#nowMs = nowMs
    this.#all = createAllowance(limits.handshakes, nowMs)
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#byAddress.size
  }

  /** Returns whether one may come from an address now. */
  take(address: string): boolean {
    this.#forgetRested()
    const known = this.#byAddress.get(address)?.allowance
    const allowance = known ?? createAllowance(this.#perAddress, this.#nowMs)
    this.#byAddress.delete(address)
    this.#byAddress.set(address, { allowance, askedMs: this.#nowMs() })
    // Whoever comes too often takes nothing of what others may.
    return allowance() && this.#all()
  }

  /** One that has all it may again is one that nothing is known of. */
  #forgetRested(): void {
    const { burst, perSecond } = this.#perAddress
    const restedMs = this.#nowMs() - (burst / perSecond) * 1000
    for (const [address, { askedMs }] of this.#byAddress) {
      if (askedMs > restedMs) return
      this.#byAddress.delete(address)
    }
  }
}
