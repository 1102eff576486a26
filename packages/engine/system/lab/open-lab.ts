import { systemClock } from '@nexqloud/kernel'

import { openEngine } from '../../src/docker/open-engine.ts'
import type { EngineUnderTest } from '../../test/suite/bench.ts'
import { createCleanup } from './cleanup.ts'
import { createHolds } from './container-holds.ts'
import { startDocker, type StartedEngine } from './docker-daemon.ts'
import { openNamespace } from './namespace.ts'
import { startPodman } from './podman-service.ts'
import { credentials, publish, startRegistries } from './registry.ts'
import { openScratchFolder } from './scratch.ts'
import { sweepLab } from './sweep.ts'

const starts = { docker: startDocker, podman: startPodman }
const foreign = process.arch === 'x64' ? 'arm64' : 'amd64'

/** An engine under test, from the outside. */
export type Lab = EngineUnderTest & Pick<StartedEngine, 'socketPath' | 'killAndRestart'>

/** Starts an engine and registries with images in a namespace of their own; nothing of it is left after `close`. */
export async function openLab(engine: keyof typeof starts): Promise<Lab> {
  const cleanup = createCleanup()
  try {
    await sweepLab()
    const namespace = openNamespace(cleanup)
    const folder = openScratchFolder(cleanup)
    await startRegistries(namespace, cleanup)
    const { socketPath, killAndRestart } = await starts[engine](namespace, cleanup)
    const images = {
      open: await publish(socketPath, { folder, registry: 'open', repository: 'a/busybox' }),
      guarded: await publish(socketPath, { folder, registry: 'guarded', repository: 'b/busybox' }),
      foreign: await publish(socketPath, {
        folder,
        registry: 'open',
        repository: 'c/busybox',
        architecture: foreign,
      }),
      unreachable: '127.0.0.1:1/a/busybox:1',
    }
    return {
      socketPath,
      killAndRestart,
      images,
      credentials,
      holds: createHolds(socketPath),
      engine: (owner) => openEngine({ socketPath, owner, dataFolder: folder, clock: systemClock }),
      close: cleanup.run,
    }
  } catch (failure) {
    await cleanup.run()
    throw failure
  }
}
