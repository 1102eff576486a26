import { attackMutants } from './attack-mutants.ts'
import { incomeMutants } from './income-mutants.ts'
import { masternodeMutants } from './masternode-mutants.ts'
import { type Mutant, mutants } from './mutants.ts'
import { registryMutants } from './registry-mutants.ts'

/** Every mutant of every contract. */
export const catalogue: readonly Mutant[] = [
  ...mutants,
  ...incomeMutants,
  ...masternodeMutants,
  ...registryMutants,
  ...attackMutants,
]
