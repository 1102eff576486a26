import { expect, test } from 'vitest'

import { ec2Actions } from '../src/action/actions.ts'
import { loadEc2Model } from '../src/model/ec2-model.ts'
import { staleFiles } from '../tool/generate.ts'

test('the models and the page of actions are what the client packages of AWS say', () => {
  expect(staleFiles()).toEqual([])
})

test('89 actions are served, and of all others the name is known', () => {
  const { operations, unserved, version, namespace } = loadEc2Model()
  expect([operations.size, version]).toEqual([89, '2016-11-15'])
  // The namespace on the wire ends in a slash, though the model's does not.
  expect(namespace).toBe('http://ec2.amazonaws.com/doc/2016-11-15/')
  expect(unserved.has('CreateFleet') && !operations.has('CreateFleet')).toBe(true)
  expect(unserved.size).toBeGreaterThan(700)
})

test('whatever is told to be served is done by somebody', () => {
  const { operations } = loadEc2Model()
  expect(Object.keys(ec2Actions).toSorted(byText)).toEqual([...operations.keys()].toSorted(byText))
})

function byText(one: string, other: string): number {
  return one < other ? -1 : 1
}
