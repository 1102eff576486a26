import type { Ec2Object, Tagged } from './kinds.ts'

/** A resource as handlers see it; never changed in place. */
export type Resource<Spec> = {
  readonly id: string
  readonly spec: Spec
  /** Resources are listed by it: the older first. */
  readonly order: string
  readonly uid: string
  readonly resourceVersion: string
}

/** Where objects say which region's they are. */
export const REGION_LABEL = 'ec2.nexqloud.io/region'
/** Where objects say in which order they were made. */
export const ORDER_ANNOTATION = 'ec2.nexqloud.io/order'

/** Returns what handlers see of an object. */
export function resourceOf<Spec>({ metadata = {}, spec }: Ec2Object<Spec>): Resource<Spec> {
  const { name = '', uid = '', resourceVersion = '', annotations = {} } = metadata
  return { id: name, spec, uid, resourceVersion, order: annotations[ORDER_ANNOTATION] ?? '' }
}

/** Returns the tags of a resource by their keys. */
export function tagsOf({ spec }: Pick<Resource<Tagged>, 'spec'>): Readonly<Record<string, string>> {
  return Object.fromEntries((spec.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))
}
