import { nodeOfLeaf, parentOf, siblingOf, type MerkleTree } from './tree.ts'

/** Bytes of a node. */
const NODE = 32

/** The proof of one leaf, laid out in one piece. */
export type LeafProof = {
  /** Place of the leaf. */
  readonly index: number
  /** Siblings from the leaf up, 32 bytes each; overwritten when the next proof is asked for. */
  readonly nodes: Uint8Array
}

/**
 * Yields the proof of every leaf in ascending order, all in one place: neighbours share their upper siblings, so that on
 * average two nodes a proof are copied, whatever the size of the tree.
 *
 * @yields a proof that lasts until the next one is asked for
 */
export function* eachProof({ leafCount, nodes }: MerkleTree): Generator<LeafProof, void, void> {
  const source = new Uint32Array(nodes.buffer, nodes.byteOffset, nodes.byteLength / 4)
  const place = new Uint32Array(8 * 64)
  const bytes = new Uint8Array(place.buffer)
  let depth = -1
  let proof = bytes
  for (let index = 0; index < leafCount; index += 1) {
    const node = nodeOfLeaf(leafCount, index)
    const nodeDepth = 31 - Math.clz32(node + 1)
    let before = index === 0 || nodeDepth !== depth ? -1 : node + 1
    if (nodeDepth !== depth) {
      depth = nodeDepth
      proof = bytes.subarray(0, NODE * depth)
    }
    let level = 0
    for (let at = node; at > 0 && at !== before; at = parentOf(at)) {
      copyNode({ source, place }, siblingOf(at), level)
      before = before > 0 ? parentOf(before) : before
      level += 1
    }
    yield { index, nodes: proof }
  }
}

function copyNode(
  { source, place }: { readonly source: Uint32Array; readonly place: Uint32Array },
  node: number,
  level: number,
): void {
  for (let word = 0; word < 8; word += 1) {
    place[8 * level + word] = source[8 * node + word] as number
  }
}
