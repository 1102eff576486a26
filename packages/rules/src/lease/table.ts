/** Bits of a hash that a level of the table looks at: 32 places each. */
const LEVEL_BITS = 5
const PLACES = 2 ** LEVEL_BITS

type Bucket<V> = { readonly hash: number; readonly entries: readonly (readonly [string, V])[] }
type Branch<V> = { readonly places: readonly Node<V>[] }
type Node<V> = Bucket<V> | Branch<V> | undefined

/** Values by name that are never changed in place: a changed table shares all but the way to the change. */
export type Table<V> = { readonly root: Node<V> }

type Change<V> = { readonly hash: number; readonly key: string; readonly value: V | undefined }

/** Returns a table without values. */
export function createTable<V>(): Table<V> {
  return { root: undefined }
}

/** Returns the value of a name, undefined where there is none; O(1). */
export function lookUp<V>({ root }: Table<V>, key: string): V | undefined {
  const hash = hashOf(key)
  let node = root
  for (let shift = 0; node !== undefined && 'places' in node; shift += LEVEL_BITS) {
    node = node.places[placeOf(hash, shift)]
  }
  return node?.entries.find(([name]) => name === key)?.[1]
}

/** Returns the table with another value for a name, or without the name where the value is undefined; O(1). */
export function assign<V>({ root }: Table<V>, key: string, value: V | undefined): Table<V> {
  return { root: change(root, { hash: hashOf(key), key, value }, 0) }
}

function change<V>(node: Node<V>, to: Change<V>, shift: number): Node<V> {
  if (node === undefined) return changeBucket({ hash: to.hash, entries: [] }, to)
  if ('places' in node) return changeBranch(node, to, shift)
  if (node.hash === to.hash) return changeBucket(node, to)
  const places = Array.from<Node<V>>({ length: PLACES })
  places[placeOf(node.hash, shift)] = node
  return changeBranch({ places }, to, shift)
}

function changeBranch<V>({ places }: Branch<V>, to: Change<V>, shift: number): Branch<V> {
  const place = placeOf(to.hash, shift)
  return { places: places.with(place, change(places[place], to, shift + LEVEL_BITS)) }
}

function changeBucket<V>({ hash, entries }: Bucket<V>, { key, value }: Change<V>): Node<V> {
  const others = entries.filter(([name]) => name !== key)
  if (value !== undefined) return { hash, entries: [...others, [key, value]] }
  return others.length === 0 ? undefined : { hash, entries: others }
}

/** A level past the hash's 32 bits is never reached: equal hashes share a bucket. */
function placeOf(hash: number, shift: number): number {
  return (hash >>> shift) & (PLACES - 1)
}

/** FNV-1a over the characters' codes, 32 bits. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}
