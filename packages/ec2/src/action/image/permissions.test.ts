import fc from 'fast-check'
import { expect, test } from 'vitest'

import { changePermissions, readPermissionChange, type Permission } from './permissions.ts'

const permission: fc.Arbitrary<Permission> = fc.oneof(
  fc.constant({ Group: 'all' as const }),
  fc.integer({ min: 1, max: 20 }).map((number) => ({ UserId: String(number).padStart(12, '0') })),
  fc.constantFrom('one', 'two').map((OrganizationArn) => ({ OrganizationArn })),
)
const permissions = fc.array(permission, { maxLength: 10 })

test('what was added is there once, and what was removed is not', () => {
  fc.assert(
    fc.property(permissions, permissions, permissions, (before, Add, Remove) => {
      const start = changePermissions([], { Add: before })
      const after = changePermissions(start, { Add, Remove })
      const has = (each: Permission): boolean =>
        after.some((other) => JSON.stringify(other) === JSON.stringify(each))
      expect(Remove.some(has)).toBe(false)
      const kept = [...before, ...Add].filter(
        (each) => !Remove.some((other) => JSON.stringify(other) === JSON.stringify(each)),
      )
      expect(kept.every(has)).toBe(true)
      expect(after).toHaveLength(new Set(kept.map((each) => JSON.stringify(each))).size)
      expect(changePermissions(after, { Add, Remove })).toEqual(after)
    }),
  )
})

test.each([
  { Group: 'everyone' },
  { UserId: '12345678901A' },
  { UserId: '1'.repeat(13) },
  { UserId: '' },
])('%j is nobody that an image can be shared with', (each) => {
  const change = { Add: [each as Permission] }
  expect(() => changePermissions([], change)).toThrow(
    expect.objectContaining({ awsCode: 'InvalidAMIAttributeItemValue' }),
  )
})

test('those who may launch an image are not without number', () => {
  const Add = Array.from({ length: 1001 }, (_, index) => ({
    UserId: String(index).padStart(12, '0'),
  }))
  expect(changePermissions([], { Add: Add.slice(1) })).toHaveLength(1000)
  expect(() => changePermissions([], { Add })).toThrow('at most')
})

test('the old form of a change says the same as the new one', () => {
  const ImageId = 'ami-1'
  const old = { ImageId, UserIds: ['123456789012'], UserGroups: ['all'] }
  const named = [{ UserId: '123456789012' }, { Group: 'all' }]
  expect(readPermissionChange({ ...old, OperationType: 'add' })).toEqual({ Add: named })
  expect(readPermissionChange({ ...old, OperationType: 'remove' })).toEqual({ Remove: named })
})
