import { openKubeconfig } from '@nexqloud/kube'

import { AuthorityMissingError } from './errors.ts'

/**
 * Returns the certificate authority, PEM, of the cluster that a kubeconfig names.
 *
 * @throws {@link AuthorityMissingError} where it names none; {@link InvalidKubeconfigError}
 */
export async function authorityOf(kubeconfig: string, file: string): Promise<string> {
  const { httpsOptions, close } = await openKubeconfig(kubeconfig)
  const { ca } = await httpsOptions()
  await close()
  if (ca === undefined) throw new AuthorityMissingError(file)
  return String(ca)
}
