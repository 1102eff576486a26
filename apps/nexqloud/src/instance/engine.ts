import { kinds, StatusError } from '@nexqloud/kube'

import type { InstanceSession } from './instance-session.ts'

/** Returns what a device runs containers on, e.g. `docker://29.1.3`; nothing where that is not told, or the device is gone. */
export async function readEngine(
  { client }: Pick<InstanceSession, 'client'>,
  device: string | undefined,
): Promise<string | undefined> {
  if (device === undefined) return undefined
  try {
    const { status } = await client.get(kinds.nodes, { name: device })
    return status?.nodeInfo?.containerRuntimeVersion
  } catch (failure) {
    // Not everybody who has instances may see devices.
    const isHidden =
      failure instanceof StatusError && ['Forbidden', 'NotFound'].includes(failure.reason)
    if (isHidden) return undefined
    throw failure
  }
}

/** Returns an engine in words: that of memory runs nothing. */
export function engineInWords(engine: string | undefined): string | undefined {
  return engine?.startsWith('memory') === true ? `${engine}, nothing of the image runs` : engine
}
