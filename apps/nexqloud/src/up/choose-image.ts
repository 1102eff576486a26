import { join } from 'node:path'

import { makeImageLayout } from '../first-app/image-layout.ts'
import { listProgramFiles } from '../first-app/program-files.ts'
import { openRegistry } from '../first-app/registry.ts'

/** The first app's image. */
export type ChosenImage = {
  readonly image: string
  /** Where it comes from, in words. */
  readonly origin: string
  /** Whether it is the only one that can be had. */
  readonly isMadeHere: boolean
  readonly close: () => Promise<void>
}

/** What is launched where the internet is there: small, and it answers on port 80. */
const PUBLIC_IMAGE = 'docker.io/library/nginx:1.29-alpine'
const PUBLIC_REGISTRY = 'https://registry-1.docker.io/v2/'
const REACH_MS = 3000

/** Returns the named image, else the public one, for devices on which nothing of it runs. */
export function imitateImage(named: string = PUBLIC_IMAGE): ChosenImage {
  const origin = 'imitated: nothing of it is pulled or run'
  return { image: named, origin, isMadeHere: false, close: async () => {} }
}

/** Where an image that is made here is served. */
type Serving = {
  readonly folder: string
  readonly port: number
  readonly signal: AbortSignal
}

/** Returns the named image, else a public one where its registry answers, else one that is made of what this machine has. */
export async function chooseImage(
  named: string | undefined,
  { folder, port, signal }: Serving,
): Promise<ChosenImage> {
  const remote = { origin: 'pulled from its registry', isMadeHere: false, close: async () => {} }
  if (named !== undefined) return { ...remote, image: named }
  if (await isReached(PUBLIC_REGISTRY, signal)) return { ...remote, image: PUBLIC_IMAGE }
  const layout = await makeImageLayout(join(folder, 'first-app'), {
    files: await listProgramFiles(),
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    command: ['/bin/node', 'serve-page.ts'],
  })
  const { image, close } = await openRegistry(layout, { name: 'first-app', port })
  return {
    image,
    isMadeHere: true,
    close,
    origin: 'made here of the Node that runs this command: no registry is in reach',
  }
}

async function isReached(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(REACH_MS)])
    const { status } = await fetch(url, { signal: limit })
    // It asks who we are before it tells anything.
    return status === 401 || status === 200
  } catch {
    return false
  }
}
