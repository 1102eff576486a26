import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { contractsFolder, readSources } from '../solidity.ts'
import { layoutChanges } from './changes.ts'
import { type Layout, LayoutError, layoutOf, namespaceSlot } from './layout.ts'

const layout: Layout = {
  contracts: { Store: { 'nexqloud.storage.Store': 'Store.State at 0x00' } },
  structs: {
    'Store.State': {
      stake: 'slot 0 byte 0: uint96, 12 bytes',
      seat: 'slot 0 byte 12: uint8, 1 bytes',
    },
  },
  enums: { Status: { None: '0', Open: '1' } },
}

test('nothing that is stored has moved since it was recorded', () => {
  const recorded = JSON.parse(
    readFileSync(join(contractsFolder, 'storage-layout.json'), 'utf8'),
  ) as Layout
  expect(layoutChanges(recorded, layoutOf(readSources()))).toEqual([])
})

test('a namespace starts where ERC-7201 says', () => {
  expect(namespaceSlot('example.main')).toBe(
    '0x183a6125c38840424c4a85fa12bab2ab606c4b6d0e7cc73c0c06ba5300eab500',
  )
})

test('a member that moved is named', () => {
  const state = { ...layout.structs['Store.State'], seat: 'slot 1 byte 0: uint8, 1 bytes' }
  const moved = { ...layout, structs: { 'Store.State': state } }
  expect(layoutChanges(layout, moved)).toMatchInlineSnapshot(`
    [
      "struct Store.State: seat: slot 0 byte 12: uint8, 1 bytes → slot 1 byte 0: uint8, 1 bytes",
    ]
  `)
})

test('another slot, a new struct and a renumbered enum are named', () => {
  const changed: Layout = {
    contracts: { Store: { 'nexqloud.storage.Store': 'Store.State at 0x01' } },
    structs: { ...layout.structs, 'Store.Other': {} },
    enums: { Status: { None: '0', Closed: '1', Open: '2' } },
  }
  expect(layoutChanges(layout, changed)).toMatchInlineSnapshot(`
    [
      "contract Store: nexqloud.storage.Store: Store.State at 0x00 → Store.State at 0x01",
      "struct Store.Other is new",
      "enum Status: Open: 1 → 2",
      "enum Status: Closed: nothing → 1",
    ]
  `)
  expect(layoutChanges(changed, layout)).toContain('struct Store.Other is gone')
})

test('a variable outside a namespace is refused', () => {
  expect(() => layoutOf(governed('uint256 private loose;'))).toThrowErrorMatchingInlineSnapshot(
    `[Error: Store keeps loose outside a namespace; an upgrade could move it.]`,
  )
})

test('a namespace that is not at its slot is refused', () => {
  const body = `
    /// @custom:storage-location erc7201:nexqloud.storage.Store
    struct State { uint256 value; }
    bytes32 private constant STATE = bytes32(uint256(1));`
  expect(() => layoutOf(governed(body))).toThrow(LayoutError)
})

/** One upgradeable contract with this body. */
function governed(body: string): Record<string, string> {
  const source = `pragma solidity 0.8.37;
    import { Governed } from "./base/Governed.sol";
    contract Store is Governed { ${body} }`
  return { 'src/Store.sol': source }
}
