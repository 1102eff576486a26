import type { Change, ObjectMeta } from '@nexqloud/kube'

/** Objects by what they belong to. */
export type Groups<Type> = {
  /** Takes note of what became of an object; returns the keys whose groups have changed. */
  readonly follow: (change: Change<Type & object>) => readonly string[]
  readonly of: (key: string) => readonly Type[]
}

type Named = { readonly metadata?: ObjectMeta }

/** Returns empty groups; `keyOf` says which one an object is in, nothing where it is in none. */
export function createGroups<Type extends Named>(
  keyOf: (object: Type) => string | undefined,
): Groups<Type> {
  const groups = new Map<string, Map<string, Type>>()
  const uidOf = ({ metadata }: Named): string => metadata?.uid ?? ''

  function remove(key: string, uid: string): void {
    const group = groups.get(key)
    group?.delete(uid)
    if (group?.size === 0) groups.delete(key)
  }

  return {
    follow: (change) => {
      const { type, object } = change
      const before = type === 'updated' ? change.previous : object
      const [old, key] = [keyOf(before), keyOf(object)]
      if (type !== 'added' && old !== undefined) remove(old, uidOf(before))
      if (type !== 'deleted' && key !== undefined) {
        groups.set(key, (groups.get(key) ?? new Map<string, Type>()).set(uidOf(object), object))
      }
      return [...new Set([old, key])].filter((each) => each !== undefined)
    },
    of: (key) => [...(groups.get(key)?.values() ?? [])],
  }
}
