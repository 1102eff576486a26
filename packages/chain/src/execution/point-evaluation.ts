import type { KZG as Kzg } from '@ethereumjs/util'
import { KZG } from 'micro-eth-signer/kzg.js'

/**
 * The points of Ethereum's KZG ceremony that checking a proof needs, compressed: the generator of G2 and its multiple by
 * the ceremony's secret. Source: the ceremony's `trusted_setup.txt`, G2 powers 0 and 1.
 */
const G2_POWERS = [
  '93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8',
  'b5bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72185cbfee53492714734429b7b38608e23926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2',
]
/** The generator of G1. Checking a proof uses no other power; the library asks for a power of two of them. */
const G1_GENERATOR =
  '97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb'

/**
 * Returns what the point evaluation precompile (0x0a, EIP-4844) checks a proof with. The whole ceremony, which proofs are
 * made with, takes 13 CPU-seconds to read; these points take a millisecond.
 */
export function createPointEvaluation(): Kzg {
  let kzg: KZG | undefined
  return {
    verifyProof: (...proof) => {
      kzg ??= new KZG({ g1_lagrange: [G1_GENERATOR, G1_GENERATOR], g2_monomial: G2_POWERS })
      try {
        return kzg.verifyProof(...proof)
      } catch {
        // Points that are none, numbers that are too large: to the precompile that is a proof that fails.
        return false
      }
    },
    ...unused,
  }
}

/** Blobs have no place on this chain, so nothing asks for these. */
const unused = {
  blobToKzgCommitment: refuse,
  computeBlobProof: refuse,
  verifyBlobProofBatch: refuse,
  computeCells: refuse,
  computeCellsAndProofs: refuse,
  recoverCellsAndProofs: refuse,
  verifyCellKzgProofBatch: refuse,
}

function refuse(): never {
  throw new Error('This chain has no blobs.')
}
