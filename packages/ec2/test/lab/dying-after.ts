import type { KubeClient } from '@nexqloud/kube'

/** Returns a client that dies once it has written so much: nothing is answered from then on. */
export function dyingAfter(client: KubeClient, writes: number): KubeClient {
  let left = writes
  const live = ({ plural = '' }: { readonly plural?: string } = {}): void => {
    // Kinds are made known at each start.
    if (plural === 'customresourcedefinitions') return
    if (left === 0) throw new Error('It is dead.')
    left -= 1
  }
  return {
    ...client,
    create: async (kind, ...rest) => {
      live(kind)
      return client.create(kind, ...rest)
    },
    update: async (kind, ...rest) => {
      live(kind)
      return client.update(kind, ...rest)
    },
    patch: async (...rest) => {
      live()
      return client.patch(...rest)
    },
    delete: async (...rest) => {
      live()
      return client.delete(...rest)
    },
  }
}
