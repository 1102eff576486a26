import { declareAccount } from './account/declaration.ts'
import { declareBench } from './bench/declaration.ts'
import { declareChain } from './chain/declaration.ts'
import { declareDevice } from './device/declaration.ts'
import type { Feature } from './feature.ts'
import { declareInstance } from './instance/declaration.ts'
import { declareKey } from './key/declaration.ts'
import { declareLease } from './lease/declaration.ts'
import { declareMasternode } from './masternode/declaration.ts'
import { declareSettlement } from './settlement/declaration.ts'
import { declareStory } from './story/declaration.ts'
import { declareSupply } from './supply/declaration.ts'
import { declareTest } from './test/declaration.ts'
import { declareUp } from './up/declaration.ts'
import { declareWallet } from './wallet/declaration.ts'

/** All commands, in the order of the help. */
export const features: readonly Feature[] = [
  declareUp,
  declareStory,
  declareInstance,
  declareChain,
  declareMasternode,
  declareWallet,
  declareKey,
  declareDevice,
  declareAccount,
  declareLease,
  declareSettlement,
  declareSupply,
  declareTest(),
  declareBench(),
]
