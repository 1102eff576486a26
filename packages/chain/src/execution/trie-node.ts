import { RLP, type NestedUint8Array } from '@ethereumjs/rlp'

/** A way down a trie: one nibble an entry. */
export type Path = Uint8Array

/** What a node leads to: a node in memory, or the hash of one that is stored. */
export type Link = TrieNode | Uint8Array

/** A node of a Merkle Patricia trie of whose keys none begins another one, so that no branch has a value. */
export type TrieNode =
  | { readonly kind: 'leaf'; readonly path: Path; readonly value: Uint8Array }
  | { readonly kind: 'extension'; readonly path: Path; readonly child: Link }
  | { readonly kind: 'branch'; readonly children: Children }

/** By nibble; at most 16. */
export type Children = readonly (Link | undefined)[]

/** A node as RLP has it: what is shorter than a hash lies in its parent. */
export type RawNode = NestedUint8Array

const WIDTH = 16
const ODD = 1
const LEAF = 2
const NOTHING = new Uint8Array()

/** Returns the node that is stored as these bytes. */
export function decodeNode(bytes: Uint8Array): TrieNode {
  const raw = RLP.decode(bytes)
  if (raw instanceof Uint8Array) throw new TypeError('A trie node is a list.')
  return rawToNode(raw)
}

function rawToNode(raw: RawNode): TrieNode {
  if (raw.length > 2) return { kind: 'branch', children: raw.slice(0, WIDTH).map(rawToLink) }
  const [compact, content] = raw
  if (!(compact instanceof Uint8Array) || content === undefined) {
    throw new TypeError('A leaf or an extension is a path and what it leads to.')
  }
  const nibbles = bytesToPath(compact)
  const [flags = 0] = nibbles
  const path = nibbles.subarray((flags & ODD) === 0 ? 2 : 1)
  const child = rawToLink(content)
  if ((flags & LEAF) === 0 && child !== undefined) return { kind: 'extension', path, child }
  if (!(content instanceof Uint8Array)) throw new TypeError('The value of a leaf is bytes.')
  return { kind: 'leaf', path, value: content }
}

function rawToLink(raw: RawNode[number]): Link | undefined {
  if (!(raw instanceof Uint8Array)) return rawToNode(raw)
  return raw.length === 0 ? undefined : raw
}

/** Returns a node as RLP has it; `refer` says what stands for each of the nodes that it leads to. */
export function nodeToRaw(node: TrieNode, refer: (link: Link) => RawNode[number]): RawNode {
  if (node.kind === 'leaf') return [encodePath(node.path, LEAF), node.value]
  if (node.kind === 'extension') return [encodePath(node.path, 0), refer(node.child)]
  const raw: RawNode = Array.from({ length: WIDTH + 1 }, () => NOTHING)
  node.children.forEach((child, nibble) => {
    if (child !== undefined) raw[nibble] = refer(child)
  })
  return raw
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
  const isOdd = path.length % 2 === ODD
  const nibbles = Uint8Array.from(isOdd ? [kind | ODD, ...path] : [kind, 0, ...path])
  return Uint8Array.from({ length: nibbles.length / 2 }, (_, index) => {
    return ((nibbles[2 * index] ?? 0) << 4) | (nibbles[2 * index + 1] ?? 0)
  })
}
