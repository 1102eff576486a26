import { systemClock, type Clock } from '@nexqloud/kernel'

import { AccountDirectory } from '../../src/account/account-directory.ts'
import { createAuthorize } from '../../src/account/authorize.ts'
import type { Account } from '../../src/account/caller.ts'
import { createRootKey } from '../../src/account/create-root-key.ts'
import { createFindKey } from '../../src/account/find-key.ts'
import { openAccount } from '../../src/account/open-account.ts'
import { createRoleSessions } from '../../src/account/role-session.ts'
import { createMemorySeal } from '../../src/account/seal.ts'
import type { AuditEntry } from '../../src/audit/audit.ts'
import { openEc2Server } from '../../src/door/http-server.ts'
import type { Ec2Options } from '../../src/door/open-ec2.ts'
import { PushedKeys } from '../../src/neighbour/connect/pushed-keys.ts'
import { ec2Kinds, type InstanceSpec } from '../../src/resource/kinds.ts'
import type { ResourceView } from '../../src/resource/resource-view.ts'
import { REGION_LABEL } from '../../src/resource/resource.ts'
import { createClients, type Clients, type Credentials } from './clients.ts'
import { openWorld, type World } from './open-world.ts'

/** AWS's own clients of EC2 and of what is beside it, before a world in which one account has a key of its root. */
export type NeighbourLab = {
  readonly world: World
  readonly account: Account
  readonly root: Credentials
  readonly url: string
  readonly audit: readonly AuditEntry[]
  readonly faults: readonly unknown[]
  readonly pushed: PushedKeys
  readonly roleSessions: ReturnType<typeof createRoleSessions>
  /** Clients of somebody. */
  readonly as: (credentials: Credentials) => Clients
  /** Puts an instance that is wanted to run there, as if it had been launched. */
  readonly addInstance: (id: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** Opens one; options may be others than its own. */
export async function openNeighbours(
  own: Partial<Ec2Options> = {},
  clock: Clock = systemClock,
): Promise<NeighbourLab> {
  const faults: unknown[] = []
  const audit: AuditEntry[] = []
  const onFailure = (failure: unknown): void => void faults.push(failure)
  const over = new AbortController()
  const seal = createMemorySeal()
  const pushed = new PushedKeys(clock)
  const opened = Promise.withResolvers<ResourceView>()
  const world = await openWorld(onFailure, {
    clock,
    more: (client) => {
      const directory = new AccountDirectory({ client, clock, onFailure })
      return {
        access: (view) => {
          void directory.run(over.signal)
          opened.resolve(view)
          return {
            findKey: createFindKey({ client, directory, view, seal, clock }),
            authorize: createAuthorize({ view, clock }),
          }
        },
        seal,
        pushKey: pushed.push,
        audit: (entry) => void audit.push(entry),
        ...own,
      }
    },
  })
  const account = await openAccount(world.client, { namespace: 'default' })
  const root = await createRootKey({ client: world.client, seal, clock }, account)
  const server = await openEc2Server(world.ec2.answer, { host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${server.port}`
  return {
    world,
    account,
    root,
    url,
    audit,
    faults,
    pushed,
    roleSessions: createRoleSessions({ view: await opened.promise, seal, clock }),
    as: (credentials) => createClients({ endpoint: url, region: 'eu-west-1', credentials }),
    addInstance: async (id) => {
      const metadata = { name: id, namespace: 'default', labels: { [REGION_LABEL]: 'eu-west-1' } }
      const spec = { InstanceId: id, Goal: 'running' } as InstanceSpec
      await world.client.create(ec2Kinds.instances, { namespace: 'default' }, { metadata, spec })
    },
    close: async () => {
      over.abort()
      await server.close()
      await world.close()
    },
  }
}
