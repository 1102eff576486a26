import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { compileSolidity, contractsFolder, readSources } from '../solidity.ts'
import { MarkersMissingError, replaceTables } from './readme.ts'
import { AccessTableError, accessOf, renderTables } from './table.ts'

const select = ['abi', 'devdoc']

test('the README says who may call what', () => {
  const readme = readFileSync(join(contractsFolder, 'README.md'), 'utf8')
  const tables = renderTables(accessOf(compileSolidity(readSources(), select)))
  expect(replaceTables(readme, tables)).toBe(readme)
})

test('tags are taken from the contract, its interface, and its receive function', () => {
  const source = `pragma solidity 0.8.37;
    struct Parcel { uint256 weight; }
    interface IBox {
      /// @custom:caller anyone
      /// @custom:changes the parcels
      function put(Parcel calldata parcel) external;
    }
    contract Box is IBox {
      /// @inheritdoc IBox
      function put(Parcel calldata) external { }
      /// @custom:caller the sender
      /// @custom:changes its
      /// balance
      receive() external payable { }
      function look() external view returns (uint256) { return address(this).balance; }
    }
    contract Shut { }`
  const compiled = compileSolidity({ 'src/Box.sol': source }, select)
  expect(renderTables(accessOf(compiled))).toMatchInlineSnapshot(`
    "### Box

    | function | who may call it | what it changes |
    |---|---|---|
    | \`put(Parcel)\` | anyone | the parcels |
    | \`receive()\` | the sender | its balance |

    ### Shut

    Nothing changes it.

    ### Every upgradeable contract

    Nothing changes it."
  `)
})

test('a function that says nothing is refused', () => {
  const source = `pragma solidity 0.8.37;
    contract Box {
      uint256 private weight;
      /// @custom:caller anyone
      function put(uint256 value) external { weight = value; }
      receive() external payable { }
    }`
  const compiled = compileSolidity({ 'src/Box.sol': source }, select)
  expect(() => accessOf(compiled)).toThrow(AccessTableError)
  expect(() => accessOf(compiled)).toThrowErrorMatchingInlineSnapshot(
    `[Error: Add @custom:caller and @custom:changes to Box.put(uint256), Box.receive().]`,
  )
})

test('a README without a place for the tables is refused', () => {
  expect(() => replaceTables('# contracts', '')).toThrow(MarkersMissingError)
})
