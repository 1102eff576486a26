import { RLP } from '@ethereumjs/rlp'
import { bytesToHex, concatBytes, equalsBytes } from '@ethereumjs/util'

import {
  bytesToPath,
  decodeNode,
  encodeNode,
  type Children,
  type Link,
  type Path,
  type TrieNode,
} from './trie-node.ts'

/** Where the nodes of a trie lie. */
export type TrieNodes = {
  readonly hash: (bytes: Uint8Array) => Uint8Array
  readonly get: (hash: Uint8Array) => Promise<Uint8Array | undefined>
  readonly put: (hash: Uint8Array, node: Uint8Array) => Promise<void>
}

/** What a key is to have from now on, nothing where it is to be removed. No key begins another one, as hashes do not. */
export type TrieChange = { readonly key: Uint8Array; readonly value: Uint8Array | undefined }

type Change = { readonly path: Path; readonly value: Uint8Array | undefined }

const HASH_BYTES = 32

/**
 * Returns the root of a trie after changes, each to another key, and puts the nodes that are new. The library changes one
 * key after the other, for each of which it reads, encodes, hashes and stores all nodes from the root down; here each node
 * is made once, however many keys below it change.
 *
 * @throws where a node is missing.
 */
export async function updateTrie(
  nodes: TrieNodes,
  root: Uint8Array,
  changes: readonly TrieChange[],
): Promise<Uint8Array> {
  const emptyRoot = nodes.hash(RLP.encode(new Uint8Array()))
  const before = equalsBytes(root, emptyRoot) ? undefined : root
  const paths = changes.map(({ key, value }) => ({ path: bytesToPath(key), value }))
  const after = await changeBelow({ nodes, depth: 0 }, before, paths)
  if (after === undefined) return emptyRoot
  return after instanceof Uint8Array ? after : store(nodes, after)
}

/** A place in a trie. */
type Place = { readonly nodes: TrieNodes; readonly depth: number }

/** Returns what stands at a place after changes below it: the same as before where they change nothing. */
async function changeBelow(
  place: Place,
  before: Link | undefined,
  changes: readonly Change[],
): Promise<Link | undefined> {
  const [first] = changes
  if (first === undefined) return before
  const { nodes, depth } = place
  if (before === undefined && changes.length === 1) {
    const { path, value } = first
    return value && { kind: 'leaf', path: path.subarray(depth), value }
  }
  const node = before instanceof Uint8Array ? await load(nodes, before) : before
  if (node?.kind !== 'leaf') return changeChildren(place, { before, node }, changes)
  const path = concatBytes(first.path.subarray(0, depth), node.path)
  const leaf = { path, value: node.value }
  if (changes.length === 1 && areSame(first, leaf)) return before
  const isChanged = changes.some((change) => equalsBytes(change.path, path))
  return changeBelow(place, undefined, isChanged ? changes : [...changes, leaf])
}

function areSame(one: Change, other: Change): boolean {
  if (one.value === undefined || other.value === undefined) return false
  return equalsBytes(one.path, other.path) && equalsBytes(one.value, other.value)
}

async function changeChildren(
  { nodes, depth }: Place,
  { before, node }: { readonly before: Link | undefined; readonly node: TrieNode | undefined },
  changes: readonly Change[],
): Promise<Link | undefined> {
  const children = childrenOf(node)
  let hasChanged = false
  for (const [nibble, group] of Map.groupBy(changes, ({ path }) => path[depth] ?? 0)) {
    const child = children[nibble]
    children[nibble] = await changeBelow({ nodes, depth: depth + 1 }, child, group)
    hasChanged ||= children[nibble] !== child
  }
  return hasChanged ? join(nodes, children) : before
}

/** What a node that is no leaf leads to, by the next nibble: an extension is a branch of one. */
function childrenOf(node: TrieNode | undefined): (Link | undefined)[] {
  const children = Array.from<Link | undefined>({ length: 16 })
  if (node?.kind === 'branch') return [...node.children]
  if (node?.kind === 'extension') {
    const { path, child } = node
    children[path[0] ?? 0] = path.length === 1 ? child : { ...node, path: path.subarray(1) }
  }
  return children
}

/** Returns the node that leads to these: none to none; to a single one the leaf or extension that takes its place. */
async function join(nodes: TrieNodes, children: Children): Promise<TrieNode | undefined> {
  const taken = children.flatMap((child, nibble) => (child === undefined ? [] : [nibble]))
  const [nibble, ...others] = taken
  const child = nibble === undefined ? undefined : children[nibble]
  if (nibble === undefined || child === undefined) return undefined
  if (others.length > 0) return { kind: 'branch', children }
  const node = child instanceof Uint8Array ? await load(nodes, child) : child
  const path = Uint8Array.of(nibble)
  if (node.kind === 'branch') return { kind: 'extension', path, child }
  return { ...node, path: concatBytes(path, node.path) }
}

async function load({ get }: TrieNodes, hash: Uint8Array): Promise<TrieNode> {
  const bytes = await get(hash)
  if (bytes === undefined) {
    throw new Error(`The trie's node ${bytesToHex(hash)} is missing.`)
  }
  return decodeNode(bytes)
}

/** Puts a node and all below it that is not stored yet; returns its hash. */
async function store(nodes: TrieNodes, root: TrieNode): Promise<Uint8Array> {
  const made: (readonly [hash: Uint8Array, node: Uint8Array])[] = []
  const put = (bytes: Uint8Array): Uint8Array => {
    const hash = nodes.hash(bytes)
    made.push([hash, bytes])
    return hash
  }
  const refer = (link: Link): Uint8Array => {
    if (link instanceof Uint8Array) return link
    const bytes = encodeNode(link, refer)
    return bytes.length < HASH_BYTES ? bytes : put(bytes)
  }
  const hash = put(encodeNode(root, refer))
  for (const [name, node] of made) await nodes.put(name, node)
  return hash
}
