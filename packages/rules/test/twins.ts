/** The contracts' pure rules, asked in a VM, for the tests that hold ours equal to them. */

import {
  compileSolidity,
  createCommon,
  createGethGenesis,
  createMachine,
  readNetwork,
} from '@nexqloud/contracts'
import { decodeFunctionResult, encodeFunctionData, type Abi, type Address } from 'viem'

/** The contract `contracts/test/twins/Twins.sol`. */
export type Twins = {
  /** Returns what a function answers, as viem decodes it. */
  readonly ask: (functionName: string, args: readonly unknown[]) => Promise<unknown>
}

const source = 'test/twins/Twins.sol'
const place: Address = '0x0000000000000000000000000000000000007771'

/** Returns the twins, compiled and ready to be asked. */
export async function createTwins(): Promise<Twins> {
  const select = ['abi', 'evm.deployedBytecode.object']
  const compiled = compileSolidity({ 'twins.sol': `import "${source}";` }, select)
  const { abi, evm } = compiled.contracts[source]?.['Twins'] ?? {}
  const machine = await createMachine(createCommon(createGethGenesis(readNetwork('local'), 1, {})))
  await machine.setCode(place, `0x${evm?.deployedBytecode?.object ?? ''}`)
  return {
    ask: async (functionName, args) => {
      const data = encodeFunctionData({ abi: abi as Abi, functionName, args })
      const block = { number: 1n, time: 1, gasLimit: 30_000_000n }
      const { returned } = await machine.send({ to: place, data, isTrial: true }, block)
      return decodeFunctionResult({ abi: abi as Abi, functionName, data: returned })
    },
  }
}
