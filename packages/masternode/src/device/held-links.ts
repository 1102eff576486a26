import type { Clock } from '@nexqloud/kernel'
import type { Link, TlsKeyHash } from '@nexqloud/tunnel'

/** How long a link may take to answer whether it is alive: milliseconds. */
const ALIVE_MS = 1500

type HeldLink = { readonly link: Link; readonly device: string }

/** The links of now: one a device. */
export class HeldLinks {
  readonly #clock: Clock
  readonly #held = new Map<TlsKeyHash, HeldLink>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Returns the link of a device; nothing while it is away. */
  of(device: string): Link | undefined {
    return [...this.#held.values()].find((held) => held.device === device)?.link
  }

  /** Keeps a link in the place of any other of its key. */
  put(held: HeldLink): void {
    const { peerKeyHash } = held.link
    this.#held.get(peerKeyHash)?.link.mux.close('cancel', 'The device has dialled anew.')
    this.#held.set(peerKeyHash, held)
  }

  /** Forgets a link, unless another has taken its place. */
  delete(link: Link): void {
    if (this.#held.get(link.peerKeyHash)?.link === link) this.#held.delete(link.peerKeyHash)
  }

  /**
   * Returns the device of a key whose agent is there and answers. One that went without a word looks well for some seconds, and its
   * successor must not wait for that.
   */
  async answering(keyHash: TlsKeyHash): Promise<string | undefined> {
    const held = this.#held.get(keyHash)
    return held !== undefined && (await this.#isAlive(held.link)) ? held.device : undefined
  }

  async #isAlive({ mux, closed }: Link): Promise<boolean> {
    const [askedMs, over] = [this.#clock.steadyMs(), new AbortController()]
    void closed.then(() => over.abort())
    mux.ping()
    await this.#clock.delay(ALIVE_MS, over.signal)
    return !over.signal.aborted && mux.receivedMs >= askedMs
  }
}
