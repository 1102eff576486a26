import { serveEmbedded } from '../../packages/kube/system/served-embedded.ts'

/**
 * Our Kubernetes API over TLS, on a disk, as a process of its own, until its parent leaves. It tells its parent how it is
 * reached.
 */
const served = await serveEmbedded()
process.on('disconnect', () => {
  void served.close().finally(() => process.exit())
})
process.send?.(served.kubeconfig())
