import { RLP } from '@ethereumjs/rlp'
import { concatBytes } from '@ethereumjs/util'

/** A way down a trie: one nibble an entry. */
export type Path = Uint8Array

/** What a node leads to: a node in memory, or the hash of one that is stored. */
export type Link = TrieNode | Uint8Array

/** A node of a Merkle Patricia trie of whose keys none begins another one, so that no branch has a value. */
export type TrieNode =
  | { readonly kind: 'leaf'; readonly path: Path; readonly value: Uint8Array }
  | { readonly kind: 'extension'; readonly path: Path; readonly child: Link }
  | { readonly kind: 'branch'; readonly children: Children }

/** By nibble, all 16. */
export type Children = readonly (Link | undefined)[]

const WIDTH = 16
const HASH_BYTES = 32
const ODD = 1
const LEAF = 2

/** How RLP begins what is empty, what has the length of a hash, and what are lists; lengths above the last stand behind their own length. */
const [NOTHING, HASH, LIST, LONGEST] = [0x80, 0x80 + HASH_BYTES, 0xc0, 55]

/** Returns the node that is stored as these bytes, which it goes on to use. */
export function decodeNode(bytes: Uint8Array): TrieNode {
  const items = itemsOf(bytes)
  if (items.length > 2) return { kind: 'branch', children: items.slice(0, WIDTH).map(itemToLink) }
  const [compact, content] = items
  if (compact === undefined || content === undefined) {
    throw new TypeError('A leaf or an extension is a path and what it leads to.')
  }
  const nibbles = bytesToPath(stringOf(compact))
  const [flags = 0] = nibbles
  const path = nibbles.subarray((flags & ODD) === 0 ? 2 : 1)
  if ((flags & LEAF) !== 0) return { kind: 'leaf', path, value: stringOf(content) }
  const child = itemToLink(content)
  if (child === undefined) throw new TypeError('An extension leads to a node.')
  return { kind: 'extension', path, child }
}

/** What is in a list, each as RLP has it. The library reads any list, and takes twice as long for a branch. */
function itemsOf(bytes: Uint8Array): readonly Uint8Array[] {
  const [start, end] = bodyOf(bytes, 0)
  if ((bytes[0] ?? 0) < LIST || end !== bytes.length) throw new TypeError('A trie node is a list.')
  const items: Uint8Array[] = []
  for (let at = start; at < end;) {
    const [, next] = bodyOf(bytes, at)
    items.push(bytes.subarray(at, next))
    at = next
  }
  return items
}

/** Returns where what begins at `at` has its content, and where it ends. */
function bodyOf(bytes: Uint8Array, at: number): readonly [start: number, end: number] {
  const first = bytes[at] ?? 0
  if (first < NOTHING) return [at, at + 1]
  const size = first - (first < LIST ? NOTHING : LIST)
  let [start, length] = [at + 1, size]
  if (size > LONGEST) {
    start += size - LONGEST
    length = bytes.subarray(at + 1, start).reduce((sum, byte) => sum * 256 + byte, 0)
  }
  if (start + length > bytes.length) throw new TypeError('A trie node ends early.')
  return [start, start + length]
}

function stringOf(item: Uint8Array): Uint8Array {
  if ((item[0] ?? LIST) >= LIST) throw new TypeError('The path and the value of a leaf are bytes.')
  const [start, end] = bodyOf(item, 0)
  return item.subarray(start, end)
}

function itemToLink(item: Uint8Array): Link | undefined {
  const [first = 0] = item
  if (first === NOTHING) return undefined
  if (first === HASH) return item.subarray(1)
  return first >= LIST ? decodeNode(item) : stringOf(item)
}

/** Returns a node as it is stored; `refer` says what stands for each of the nodes that it leads to: its hash, or the node itself where that is shorter. */
export function encodeNode(node: TrieNode, refer: (link: Link) => Uint8Array): Uint8Array {
  if (node.kind === 'branch') {
    return encodeBranch(node.children.map((child) => child && refer(child)))
  }
  if (node.kind === 'leaf') {
    return toList([RLP.encode(encodePath(node.path, LEAF)), RLP.encode(node.value)])
  }
  const child = refer(node.child)
  const reference = child.length === HASH_BYTES ? RLP.encode(child) : child
  return toList([RLP.encode(encodePath(node.path, 0)), reference])
}

/** Most of what is encoded are branches: the library takes five times as long for one. */
function encodeBranch(references: readonly (Uint8Array | undefined)[]): Uint8Array {
  const length = references.reduce((sum, reference) => sum + sizeOf(reference), 1)
  const head = toHead(length)
  const bytes = new Uint8Array(head.length + length).fill(NOTHING)
  bytes.set(head)
  let at = head.length
  for (const reference of references) {
    const isHash = reference?.length === HASH_BYTES
    if (isHash) bytes[at] = HASH
    if (reference !== undefined) bytes.set(reference, isHash ? at + 1 : at)
    at += sizeOf(reference)
  }
  return bytes
}

function sizeOf(reference: Uint8Array | undefined): number {
  if (reference === undefined) return 1
  return reference.length === HASH_BYTES ? 1 + HASH_BYTES : reference.length
}

function toList(items: readonly Uint8Array[]): Uint8Array {
  const length = items.reduce((sum, item) => sum + item.length, 0)
  return concatBytes(Uint8Array.from(toHead(length)), ...items)
}

function toHead(length: number): readonly number[] {
  if (length <= LONGEST) return [LIST + length]
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return [LIST + LONGEST + bytes.length, ...bytes]
}

/** Returns the nibbles of bytes. */
export function bytesToPath(bytes: Uint8Array): Path {
  const path = new Uint8Array(2 * bytes.length)
  bytes.forEach((byte, index) => {
    path[2 * index] = byte >> 4
    path[2 * index + 1] = byte & 0x0f
  })
  return path
}

/** Hex prefix encoding: two nibbles a byte behind a nibble of flags, which a zero follows where the count is even. */
function encodePath(path: Path, kind: number): Uint8Array {
  const odd = path.length % 2
  const compact = new Uint8Array(1 + (path.length - odd) / 2)
  compact[0] = ((kind | odd) << 4) | (odd === ODD ? (path[0] ?? 0) : 0)
  for (let index = 1; index < compact.length; index += 1) {
    const at = odd + 2 * (index - 1)
    compact[index] = ((path[at] ?? 0) << 4) | (path[at + 1] ?? 0)
  }
  return compact
}
