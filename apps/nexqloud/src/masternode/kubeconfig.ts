import { AuthorityMissingError } from './errors.ts'

/**
 * Returns the certificate authority, PEM, of the cluster that a kubeconfig names.
 *
 * @throws {@link AuthorityMissingError} where it holds none.
 */
export async function authorityOf(kubeconfig: string, file: string): Promise<string> {
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  config.loadFromString(kubeconfig)
  const { caData } = config.getCurrentCluster() ?? {}
  if (caData === undefined) throw new AuthorityMissingError(file)
  return Buffer.from(caData, 'base64').toString()
}
