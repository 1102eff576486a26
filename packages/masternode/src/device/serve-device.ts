import { RpcVersionError } from '@nexqloud/tunnel'

import type { DeviceConnection, DeviceService } from './device-connection.ts'

/** Serves the device at the other end of a link until that is over. */
export async function serveDevice(
  { onFailure }: Pick<DeviceService, 'onFailure'>,
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
  void peer.closed.then(({ message }) => link.mux.close('cancel', message))
  await link.closed
  connection.close()
}

/** In words of the device's place. */
function reasonFor(failure: unknown): string {
  if (failure instanceof RpcVersionError) return failure.told
  return failure instanceof Error ? failure.message : ''
}
