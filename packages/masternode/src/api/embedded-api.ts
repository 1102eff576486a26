import { createSoleElection, SCHEDULER_NAME } from '@nexqloud/control'
import {
  ADMINISTRATORS,
  createInProcessTransport,
  createKubeClient,
  openApiServer,
  openHttpServer,
  openLevelDisk,
  openObjectStore,
  type User,
} from '@nexqloud/kube'

import type { OpenApi } from './masternode-api.ts'

/** Where the embedded API keeps its objects, and where it is served. */
export type EmbeddedApiOptions = {
  readonly folder: string
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  /** PEM. */
  readonly tls: { readonly key: string; readonly cert: string }
  /** Returns who has a bearer token. */
  readonly readToken: (token: string) => User | undefined
}

/** Nobody else places pods here: who asks for Kubernetes' own scheduler means ours. */
const schedulerNames = [SCHEDULER_NAME, 'default-scheduler']

/** Returns who opens an API in this process. */
export function createEmbeddedApi({ folder, ...door }: EmbeddedApiOptions): OpenApi {
  return async ({ onFailure, ...parts }) => {
    const store = await openObjectStore(await openLevelDisk(folder))
    const opened: (() => void)[] = []
    const closeServer = async (): Promise<void> => {
      for (const close of opened) close()
      await store.close()
    }
    try {
      const options = { ...parts, store, onInternalError: onFailure }
      const server = await openApiServer(options)
      opened.push(server.close)
      const http = await openHttpServer({
        ...door,
        server,
        clock: parts.clock,
        onInternalError: onFailure,
      })
      const user = { name: 'system:masternode', groups: [ADMINISTRATORS] }
      const client = createKubeClient(createInProcessTransport(server, user))
      return {
        client,
        schedulerNames,
        openElection: createSoleElection,
        port: http.port,
        close: async () => {
          await http.close()
          await client.close()
          await closeServer()
        },
      }
    } catch (failure) {
      await closeServer()
      throw failure
    }
  }
}
