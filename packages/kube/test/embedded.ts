import { createInProcessTransport } from '../src/client/in-process-transport.ts'
import { openApiServer, type ApiServerOptions } from '../src/server/api-server.ts'
import { ADMINISTRATORS, type User } from '../src/server/user.ts'
import type { Retained } from '../src/store/event-log.ts'
import { createMemoryDisk } from '../src/store/memory-disk.ts'
import { openObjectStore } from '../src/store/object-store.ts'

/** Somebody who may do everything. */
const admin: User = { name: 'admin', groups: [ADMINISTRATORS] }

/** Opens a server in memory, and the way to it as any user. */
export async function openEmbedded(options: Partial<ApiServerOptions> & Partial<Retained> = {}) {
  const store = options.store ?? (await openObjectStore(createMemoryDisk(), options))
  const failures: unknown[] = []
  const server = await openApiServer({
    onInternalError: (failure) => failures.push(failure),
    ...options,
    store,
  })
  return {
    server,
    store,
    failures,
    transport: createInProcessTransport(server, admin),
    as: (user: User) => createInProcessTransport(server, user),
    close: async () => {
      server.close()
      await store.close()
    },
  }
}
