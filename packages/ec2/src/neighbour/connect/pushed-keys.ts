import type { Clock } from '@nexqloud/kernel'

/** A public key that somebody may log in with for a minute. */
export type PushedKey = {
  readonly accountId: string
  readonly instanceId: string
  /** E.g. `ec2-user`. */
  readonly osUser: string
  /** As OpenSSH writes it: its type, and base64. */
  readonly publicKey: string
}

/** Lets a key in for 60 seconds from now; pushed again, for 60 more. */
export type PushKey = (key: PushedKey) => void | Promise<void>

/** Source: EC2 Instance Connect's API reference. */
const COUNTS_MS = 60_000
/** Of an instance at a time: who pushes more loses the oldest. */
const MOST_KEYS = 100

/** Keys that were pushed to this process, while they count. */
export class PushedKeys {
  readonly #clock: Pick<Clock, 'steadyMs'>
  readonly #keys = new Map<string, Map<string, number>>()

  constructor(clock: Pick<Clock, 'steadyMs'>) {
    this.#clock = clock
  }

  readonly push = ({ accountId, instanceId, osUser, publicKey }: PushedKey): void => {
    this.#forget()
    const place = placeOf({ accountId, instanceId })
    const own = this.#keys.get(place) ?? new Map<string, number>()
    this.#keys.set(place, own)
    const key = entryOf({ osUser, publicKey })
    own.delete(key)
    own.set(key, this.#clock.steadyMs() + COUNTS_MS)
    const [oldest] = own.keys()
    if (own.size > MOST_KEYS && oldest !== undefined) own.delete(oldest)
  }

  /** Whether a key may log in now. */
  has({ accountId, instanceId, osUser, publicKey }: PushedKey): boolean {
    const own = this.#keys.get(placeOf({ accountId, instanceId }))
    return (own?.get(entryOf({ osUser, publicKey })) ?? 0) > this.#clock.steadyMs()
  }

  #forget(): void {
    const now = this.#clock.steadyMs()
    for (const [place, own] of this.#keys) {
      for (const [key, until] of own) if (until <= now) own.delete(key)
      if (own.size === 0) this.#keys.delete(place)
    }
  }
}

function placeOf({ accountId, instanceId }: Pick<PushedKey, 'accountId' | 'instanceId'>): string {
  return `${accountId}/${instanceId}`
}

/** A comment after the key is nobody's name. */
function entryOf({ osUser, publicKey }: Pick<PushedKey, 'osUser' | 'publicKey'>): string {
  return `${osUser} ${publicKey.trim().split(/\s+/, 2).join(' ')}`
}
