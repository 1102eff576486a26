import { defineKind } from '@nexqloud/control'
import type { Kind, KubeClient, ObjectMeta } from '@nexqloud/kube'

/** An address of the gateway's pool that an instance holds; its name is the address itself, so that nobody else can hold it. */
export type Address = {
  readonly metadata?: ObjectMeta
  readonly spec: {
    readonly instance: { readonly namespace: string; readonly name: string }
  }
}

/** Addresses, for a client. */
export const addresses: Kind<Address> = {
  group: 'nexqloud.io',
  version: 'v1',
  kind: 'Address',
  plural: 'addresses',
  isNamespaced: false,
}

const text = { type: 'string' } as const

const schema = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['instance'],
      properties: {
        instance: {
          type: 'object',
          required: ['namespace', 'name'],
          properties: { namespace: text, name: text },
        },
      },
    },
  },
} as const

/** Makes the kind known to the API, as this program knows it. */
export function defineAddresses(
  client: Pick<KubeClient, 'create' | 'get' | 'update'>,
): Promise<void> {
  return defineKind(client, addresses, {
    schema,
    columns: [
      { title: 'Namespace', jsonPath: '.spec.instance.namespace' },
      { title: 'Instance', jsonPath: '.spec.instance.name' },
    ],
  })
}
