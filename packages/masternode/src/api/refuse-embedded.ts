import { ApiUnreachableError, EMBEDDED_BUILD, StatusError, type Transport } from '@nexqloud/kube'
import { z } from 'zod'

import { EmbeddedKubernetesError } from './errors.ts'

const version = z.object({ gitVersion: z.string() })

/**
 * Resolves where several masternodes may share the Kubernetes behind a transport, and where it does not answer now: that is waited for,
 * whatever it is. Else the transport is closed.
 *
 * @throws {@link EmbeddedKubernetesError} where it runs within a masternode.
 */
export async function refuseEmbedded(transport: Transport): Promise<void> {
  const { gitVersion } = await readVersion(transport)
  if (!gitVersion.endsWith(EMBEDDED_BUILD)) return
  await transport.close()
  throw new EmbeddedKubernetesError()
}

async function readVersion(transport: Transport): Promise<z.infer<typeof version>> {
  try {
    return version.parse(await transport.call({ method: 'GET', path: '/version', query: {} }))
  } catch (failure) {
    if (failure instanceof ApiUnreachableError || failure instanceof StatusError) {
      return { gitVersion: '' }
    }
    throw failure
  }
}
