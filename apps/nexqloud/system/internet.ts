import { execFileSync } from 'node:child_process'

import type { Cleanup } from '../../../packages/engine/system/lab/cleanup.ts'
import { openHome, WAN, type Home } from '../../../packages/engine/system/lab/home.ts'

/** A home, and its line to the internet. */
export type ConnectedHome = Home & {
  readonly cut: () => void
  readonly mend: () => void
}

/** The internet of a test: the test's own network, which homes reach at one address. */
export type Internet = {
  /** Is there once the first home is. */
  readonly host: string
  readonly openHome: () => ConnectedHome
}

/** Returns an internet without homes. Its addresses are those of documentation (RFC 5737), other ones for each process. */
export function createInternet(cleanup: Cleanup): Internet {
  const first = (process.pid % 31) * 8 + 1
  const address = (at: number): string => `203.0.113.${first + at}`
  const host = address(0)
  let homes = 0
  return {
    host,
    openHome: () => {
      homes += 1
      const home = openHome(cleanup)
      const { router } = home
      const [port, own] = [`nq${process.pid}h${homes}`, address(homes)]
      const ip = (...args: readonly string[]): void => void execFileSync('ip', args)
      ip('link', 'add', port, 'type', 'veth', 'peer', 'name', WAN, 'netns', router.name)
      cleanup.add(() => ip('link', 'delete', port))
      ip('address', 'add', host, 'peer', own, 'dev', port)
      ip('link', 'set', port, 'up')
      router.run('ip', 'address', 'add', own, 'peer', host, 'dev', WAN)
      const mend = (): void => {
        router.run('ip', 'link', 'set', WAN, 'up')
        // A link that goes down takes its routes with it.
        router.run('ip', 'route', 'add', 'default', 'via', host, 'dev', WAN)
      }
      mend()
      return { ...home, mend, cut: () => void router.run('ip', 'link', 'set', WAN, 'down') }
    },
  }
}
