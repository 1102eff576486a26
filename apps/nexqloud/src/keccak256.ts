import { hash } from 'node:crypto'

import type { Keccak256 } from '@nexqloud/rules'

/** The chain's hash, as Node has it. */
export const keccak256: Keccak256 = (bytes) => hash('keccak-256', bytes, 'buffer')
