import type { V1ObjectMeta } from '@kubernetes/client-node'

import type { JsonObject } from './json.ts'

/** A type of the official client as it travels: dates are texts, nothing is a class. */
export type Wire<Type> = Type extends Date
  ? string
  : Type extends readonly (infer Item)[]
    ? readonly Wire<Item>[]
    : Type extends object
      ? { readonly [Field in keyof Type]: Wire<Type[Field]> }
      : Type

/** What every object says about itself. */
export type ObjectMeta = Wire<V1ObjectMeta>

/** An object of any kind, as the API takes and gives it; never changed in place. */
export type KubeObject = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly spec?: JsonObject
  readonly status?: JsonObject
  readonly [field: string]: unknown
}

const texts = new WeakMap<object, string>()

/** Returns an object's JSON; made once for each object, however many watchers and lists it goes to. */
export function textOf(object: KubeObject): string {
  const known = texts.get(object)
  if (known !== undefined) return known
  const text = JSON.stringify(object)
  texts.set(object, text)
  return text
}

/** Gives the memory of an object's JSON back: it was replaced, and hardly anybody asks for it again. */
export function forgetText(object: KubeObject): void {
  texts.delete(object)
}

/** Returns an object with other metadata; fields that are undefined are removed. */
export function withMeta(
  object: KubeObject,
  changes: { readonly [Field in keyof ObjectMeta]?: ObjectMeta[Field] | undefined },
): KubeObject {
  const fields = Object.entries({ ...object.metadata, ...changes })
  const metadata = Object.fromEntries(fields.filter(([, value]) => value !== undefined))
  return { ...object, metadata }
}
