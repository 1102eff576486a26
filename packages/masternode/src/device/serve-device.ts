import { RpcVersionError } from '@nexqloud/tunnel'

import type { DeviceConnection, DeviceService } from './device-connection.ts'

/** How often a link is looked at: milliseconds. */
const LOOK_MS = 2000
/** How many looks pass between two at the registry. */
const LOOKS_A_CHECK = 3

/** Serves the device at the other end of a link until that is over. */
export async function serveDevice(
  { clock, onFailure }: Pick<DeviceService, 'clock' | 'onFailure'>,
  connection: DeviceConnection,
): Promise<void> {
  const { link, peer, device } = connection
  try {
    await peer.ready
  } catch (failure) {
    onFailure(failure, device)
    link.mux.close('refusedStream', reasonFor(failure))
    return
  }
  const over = new AbortController()
  void link.closed.then(() => over.abort())
  void peer.closed.then(({ message }) => link.mux.close('cancel', message))
  for (let look = 1; !over.signal.aborted; look += 1) {
    await clock.delay(LOOK_MS, over.signal)
    connection.beat()
    if (look % LOOKS_A_CHECK === 0) await connection.check()
  }
  connection.close()
}

/** In words of the device's place. */
function reasonFor(failure: unknown): string {
  if (failure instanceof RpcVersionError) return failure.told
  return failure instanceof Error ? failure.message : ''
}
