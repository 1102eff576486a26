import { BaseError } from '@nexqloud/kernel'

import type { Keccak256 } from '../keccak.ts'

/** Bytes of a node. */
const NODE = 32

/**
 * A Merkle tree in the shape that OpenZeppelin's `MerkleProof` checks: a complete binary tree in an array, the root at 0, the
 * children of node `i` at `2i + 1` and `2i + 2`, leaf `i` of `n` at `2n − 2 − i`. A leaf is the hash of the hash of its encoding,
 * a node the hash of its children, the lower one first. Of no leaves the root is the hash of nothing, which no proof reaches.
 */
export type MerkleTree = {
  readonly leafCount: number
  /** 32 bytes for each of `2n − 1` nodes: 64 MB for a million leaves. */
  readonly nodes: Uint8Array
}

/** What a tree is made of. */
export type TreeInput = {
  readonly leafCount: number
  /** Returns the encoding of a leaf; asked once for each, in ascending order; may use the same place again. */
  readonly leafAt: (index: number) => Uint8Array
  readonly keccak256: Keccak256
}

/** Places of leaves that are not strictly ascending, or not in the tree. */
export class UnknownLeavesError extends BaseError {
  constructor(indices: readonly number[], leafCount: number) {
    super(`Leaves ${indices.join(', ')} are not ascending places below ${leafCount}.`, {
      code: 'RULES_LEAVES_UNKNOWN',
      kind: 'notFound',
      hint: 'Name each leaf once, by its place in the order of the settlement.',
    })
  }
}

/** Returns the tree over leaves in their order; keeps nothing of them. */
export function createTree({ leafCount, leafAt, keccak256 }: TreeInput): MerkleTree {
  if (leafCount === 0) return { leafCount, nodes: keccak256(new Uint8Array()).slice() }
  const nodes = new Uint8Array(NODE * (2 * leafCount - 1))
  const inner = new Uint8Array(NODE)
  for (let index = 0; index < leafCount; index += 1) {
    inner.set(keccak256(leafAt(index)))
    nodes.set(keccak256(inner), NODE * nodeOfLeaf(leafCount, index))
  }
  const pairs = createPairs(nodes)
  for (let parent = leafCount - 2; parent >= 0; parent -= 1) {
    nodes.set(keccak256(pairs.take(2 * parent + 1)), NODE * parent)
  }
  return { leafCount, nodes }
}

/** Returns the 32 bytes that the network signs. */
export function rootOf(tree: MerkleTree): Uint8Array {
  return nodeAt(tree, 0).slice()
}

/**
 * Returns the proof of one leaf: its siblings from the leaf up, 32 bytes each.
 *
 * @throws {@link UnknownLeavesError} where the tree has no such leaf.
 */
export function proofOf(tree: MerkleTree, index: number): readonly Uint8Array[] {
  assertLeaves(tree, [index])
  const proof: Uint8Array[] = []
  for (let node = nodeOfLeaf(tree.leafCount, index); node > 0; node = parentOf(node)) {
    proof.push(nodeAt(tree, siblingOf(node)))
  }
  return proof
}

/** One proof for several leaves, as `MerkleProof.multiProofVerify` takes it together with the leaves in ascending order. */
export type Multiproof = {
  readonly nodes: readonly Uint8Array[]
  /** For each step whether both children are known (true), or one comes from `nodes` (false). */
  readonly flags: readonly boolean[]
}

/**
 * Returns one proof for the leaves at these places. Steps go from the last node of the array up, so the verifier has to be
 * given the leaves in the order of their places.
 *
 * @throws {@link UnknownLeavesError} where a place is not in the tree, or does not ascend.
 */
export function multiproofOf(tree: MerkleTree, indices: readonly number[]): Multiproof {
  assertLeaves(tree, indices)
  const nodes: Uint8Array[] = []
  const flags: boolean[] = []
  const queue = indices.map((index) => nodeOfLeaf(tree.leafCount, index))
  for (let next = 0; next < queue.length; next += 1) {
    const node = queue[next] ?? 0
    if (node === 0) break
    const isPairKnown = queue[next + 1] === siblingOf(node)
    flags.push(isPairKnown)
    if (isPairKnown) next += 1
    else nodes.push(nodeAt(tree, siblingOf(node)))
    queue.push(parentOf(node))
  }
  return { nodes, flags }
}

/** Node of a leaf by its place: the first leaf is the last node. */
export function nodeOfLeaf(leafCount: number, index: number): number {
  return 2 * leafCount - 2 - index
}

/** The node beside this one under the same parent. */
export function siblingOf(node: number): number {
  return node % 2 === 0 ? node - 1 : node + 1
}

/** The node above this one. */
export function parentOf(node: number): number {
  return (node - 1) >> 1
}

function nodeAt({ nodes }: MerkleTree, node: number): Uint8Array {
  return nodes.subarray(NODE * node, NODE * (node + 1))
}

function assertLeaves({ leafCount }: MerkleTree, indices: readonly number[]): void {
  const isAscending = indices.every(
    (index, place) =>
      Number.isInteger(index) && index < leafCount && index > (indices[place - 1] ?? -1),
  )
  if (!isAscending || indices.length === 0) throw new UnknownLeavesError(indices, leafCount)
}

/** Lays two nodes that stand side by side into one place, the lower one first. */
function createPairs(nodes: Uint8Array): { readonly take: (left: number) => Uint8Array } {
  const words = new Uint32Array(nodes.buffer)
  const pair = new Uint32Array(16)
  const bytes = new Uint8Array(pair.buffer)
  const take = (left: number): Uint8Array => {
    const swap = isOrdered(nodes, NODE * left) ? 0 : 8
    for (let word = 0; word < 16; word += 1) pair[word ^ swap] = words[8 * left + word] as number
    return bytes
  }
  return { take }
}

/** Whether the node at `offset` is not above the one after it. */
function isOrdered(nodes: Uint8Array, offset: number): boolean {
  for (let place = offset; place < offset + NODE; place += 1) {
    const difference = (nodes[place] as number) - (nodes[place + NODE] as number)
    if (difference !== 0) return difference < 0
  }
  return true
}
