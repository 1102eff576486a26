import type { ObjectMeta } from '@nexqloud/kube'

import type { Place } from './resource-view.ts'
import { ORDER_ANNOTATION, REGION_LABEL, type Resource } from './resource.ts'
import { writtenKindOf, type Write, type WrittenKind, type WrittenObject } from './write.ts'

/** What becomes of one resource. */
export type Change = {
  readonly type: 'create' | 'replace' | 'delete'
  readonly kind: WrittenKind
  readonly id: string
  readonly uid: string
  readonly resource: Resource<unknown> | undefined
}

/** Returns what is written for a change of something that is in a place. */
export function writeOfChange(
  { type, kind, id, uid, resource }: Change,
  { namespace, region }: Place,
): Write {
  const place = { namespace, name: id, labels: { [REGION_LABEL]: region } }
  if (type === 'delete' || resource === undefined) {
    return { type: 'delete', kind: writtenKindOf(kind), metadata: { ...place, uid } }
  }
  const { order, resourceVersion, spec } = resource
  const metadata: ObjectMeta = {
    ...place,
    annotations: { [ORDER_ANNOTATION]: order },
    ...(type === 'replace' && { resourceVersion }),
  }
  const object: WrittenObject = { metadata, spec }
  return { type, kind: writtenKindOf(kind), object }
}
