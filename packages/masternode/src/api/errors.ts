import { BaseError } from '@nexqloud/kernel'

/** Several masternodes cannot share the API that is within one of them: it has an election of one. */
export class EmbeddedKubernetesError extends BaseError {
  constructor() {
    super('This Kubernetes is the one that another masternode has within itself.', {
      code: 'MASTERNODE_KUBERNETES_EMBEDDED',
      kind: 'invalid',
      hint: 'Both would steer the same devices. Masternodes share a Kubernetes of its own: k3s, kubeadm, or one that is run for you.',
    })
  }
}
