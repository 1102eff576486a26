import type { Socket } from 'node:net'

import { openSshHall, type SshHallParts } from '@nexqloud/ssh'

import { createContainerShell, type ContainerShellParts } from './container-shell.ts'

/** Whose keys enter instances, and what instances identify themselves by. */
export type SshOptions = Pick<SshHallParts, 'hostKeyOf' | 'findEntry' | 'onAttempt' | 'limits'>

/** What SSH stands on besides. */
export type SshParts = ContainerShellParts &
  Pick<SshHallParts, 'clock'> & {
    /** Instances are called `name.namespace.` and this. */
    readonly domain: string
    readonly addressOf: (instance: string) => string | undefined
  }

/** Who speaks SSH for instances. */
export type Ssh = {
  /** Takes a connection to an instance, `namespace/name`. */
  readonly visit: (socket: Socket, instance: string) => void
  readonly close: () => Promise<void>
}

/** Opens what speaks SSH for all instances. */
export function openSsh(options: SshOptions, parts: SshParts): Ssh {
  const { domain, addressOf } = parts
  const hall = openSshHall({
    ...options,
    clock: parts.clock,
    shell: createContainerShell(parts),
    namesOf: (instance) => {
      const [namespace = '', name = ''] = instance.split('/')
      const address = addressOf(instance)
      const names = [name, `${name}.${namespace}`, `${name}.${namespace}.${domain}`]
      return address === undefined ? names : [...names, address]
    },
  })
  return {
    visit: hall.visit,
    close: async () => hall.close(),
  }
}
