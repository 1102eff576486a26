import { bringPrograms } from '../../../packages/engine/system/lab/packages.ts'
import { answers } from '../src/up/engine.ts'

/** Returns why a test cannot have an `up` that starts its own engine, and kubectl beside it; nothing where it can. */
export async function findUpObstacle(kubectl: string): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'only root can start an engine'
  if (kubectl === '') return 'Go is missing, which builds kubectl'
  const unbrought = bringPrograms(['busybox'])
  if (unbrought !== undefined) return unbrought
  for (const socket of ['/var/run/docker.sock', '/run/podman/podman.sock']) {
    if (await answers(socket)) return `an engine answers at ${socket}, so up starts none`
  }
  return undefined
}
