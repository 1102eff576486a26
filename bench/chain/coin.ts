import { compileSolidity } from '@nexqloud/contracts'
import { encodeAbiParameters, encodeFunctionData, parseAbi, type Address, type Hex } from 'viem'

/** OpenZeppelin's ERC-20, with a balance for each holder from the start. */
const source = `
// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;
import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
contract Coin is ERC20 {
    constructor(address[] memory holders) ERC20("Coin", "COIN") {
        for (uint256 i = 0; i < holders.length; ++i) _mint(holders[i], 1e24);
    }
}
`

/** Returns the creation code of a coin that these own. */
export function createCoinCode(holders: readonly Address[]): Hex {
  const settings = { optimizer: { enabled: true } }
  const { contracts } = compileSolidity({ 'Coin.sol': source }, ['evm.bytecode.object'], settings)
  const output = contracts['Coin.sol']?.['Coin'] as unknown as {
    readonly evm: { readonly bytecode: { readonly object: string } }
  }
  const constructorArguments = encodeAbiParameters([{ type: 'address[]' }], [holders])
  return `0x${output.evm.bytecode.object}${constructorArguments.slice(2)}`
}

/** Returns the call that moves coins of the sender. */
export function encodeTransfer(to: Address, amount: bigint): Hex {
  const abi = parseAbi(['function transfer(address to, uint256 amount) returns (bool)'])
  return encodeFunctionData({ abi, functionName: 'transfer', args: [to, amount] })
}
